import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { unpackTar } from "modern-tar";

/** Files in one archive, and what it may unpack to. */
const most = { files: 10_000, bytes: 256 * 1024 * 1024 };
const inflate = promisify(gunzip);

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
/** POSIX and GNU say so behind the first header's names (pax(1), "ustar Interchange Format"). */
const isTar = (bytes: Uint8Array): boolean =>
  bytes.length >= 512 && Buffer.from(bytes.subarray(257, 262)).toString("latin1") === "ustar";

/** A file of an archive; nothing is ever written where its name says. */
export interface Unpacked {
  name: string;
  bytes: Uint8Array;
}

/** What is in a tar, compressed or not; `undefined` for what is none, a sentence for one that cannot be read. */
export async function unpack(bytes: Uint8Array): Promise<readonly Unpacked[] | string | undefined> {
  let plain = bytes;
  if (isGzip(bytes)) {
    try {
      plain = await inflate(bytes, { maxOutputLength: most.bytes });
    } catch (error) {
      const isLarge = error instanceof RangeError || (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
      return isLarge ? `it unpacks to more than ${most.bytes} bytes` : "this compressed file is damaged";
    }
  }
  if (!isTar(plain)) return isGzip(bytes) ? [{ name: "", bytes: plain }] : undefined;
  try {
    let files = 0;
    const entries = await unpackTar(plain, {
      filter: ({ type }) => (type ?? "file") === "file" && (files += 1) <= most.files,
    });
    if (files > most.files) return `it has more than ${most.files} files`;
    return entries.map(({ header, data }) => ({ name: header.name, bytes: data ?? new Uint8Array(0) }));
  } catch {
    return "this archive is damaged";
  }
}
