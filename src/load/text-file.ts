import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { InputError } from "../model/text/problem.ts";
import type { Problem } from "../model/text/problem.ts";
import { foreignFile } from "./foreign-file.ts";
import { readPipe } from "./pipe-bytes.ts";
import { quote } from "./yaml/place.ts";

/** What is said of a file that is not there. */
export const noSuchFile = "there is no such file";

const refusals: Record<string, string> = {
  ENOENT: noSuchFile,
  ENOTDIR: "a part of this path is not a directory",
  EACCES: "no permission to read this file",
  EPERM: "no permission to read this file",
  EISDIR: "this is a directory; name a file",
  ELOOP: "too many symbolic links; they lead in a circle",
  ENAMETOOLONG: "the file name is too long",
  EMFILE: "too many open files on this machine; close some or raise the limit (ulimit -n)",
  ENFILE: "too many open files on this machine",
  ENXIO: "this is a socket or a device; name a file",
};

/**
 * Reads a whole file of at most `limit` bytes. A larger file is refused by its size, without being read; a pipe is read
 * to its end, see `readPipe`. A device, a terminal or a socket has no end and is refused without being opened. Returns
 * the bytes, or a sentence that says why there are none.
 */
export async function readBytes(path: string, limit: number): Promise<Uint8Array | string> {
  if (path.includes("\0")) return "a file name cannot contain a NUL character";
  let file: FileHandle | undefined;
  try {
    const status = await stat(path);
    if (status.isDirectory()) return "this is a directory; name a file";
    if (status.isFIFO()) {
      const bytes = await readPipe(path, limit);
      return typeof bytes === "object" && "longerThan" in bytes ? tooLarge(undefined, limit) : bytes;
    }
    if (!status.isFile()) return "this is a device, a terminal or a socket; name a file, or - for standard input";
    if (status.size > limit) return tooLarge(status.size, limit);
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK); // should a pipe have taken its place meanwhile
    return await readUpTo(file, limit);
  } catch (error) {
    return explain(error);
  } finally {
    await file?.close();
  }
}

async function readUpTo(file: FileHandle, limit: number): Promise<Uint8Array | string> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(65_536), 0, 65_536, null);
    if (bytesRead === 0) return Buffer.concat(chunks);
    total += bytesRead;
    if (total > limit) return tooLarge(undefined, limit);
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

function tooLarge(size: number | undefined, limit: number): string {
  const is = size === undefined ? `longer than ${formatSize(limit)}` : `${formatSize(size)} long`;
  return `the file is ${is}; at most ${formatSize(limit)} are read`;
}

function formatSize(bytes: number): string {
  if (bytes < 10_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.floor(bytes / 1000)} kB` : `${Math.floor(bytes / 1_000_000)} MB`;
}

function explain(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return refusals[code] ?? `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

/**
 * Turns bytes into text. Only UTF-8 is accepted, with or without a byte order mark; anything else throws an
 * `InputError` with the line of the first wrong byte, because a guess could change names and addresses.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  const foreign = foreignFile(bytes);
  if (foreign !== undefined) throw new InputError([{ file, message: foreign }]);
  const nul = bytes.indexOf(0);
  if (nul !== -1) throw new InputError([wrongByte(bytes, nul, file, "a NUL byte: this is not a text file")]);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const at = firstInvalid(bytes);
    const value = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, "0");
    throw new InputError([wrongByte(bytes, at, file, `byte 0x${value} is not UTF-8 text; save the file as UTF-8`)]);
  }
}

function wrongByte(bytes: Uint8Array, at: number, file: string, message: string): Problem {
  let line = 1;
  let start = 0;
  for (let next = bytes.indexOf(0x0a); next !== -1 && next < at; next = bytes.indexOf(0x0a, next + 1)) {
    line++;
    start = next + 1;
  }
  const column = new TextDecoder().decode(bytes.subarray(start, at)).length + 1;
  return { file, line, column, message };
}

/** Offset of the first byte that is not UTF-8: the first replacement character that the bytes do not spell out. */
function firstInvalid(bytes: Uint8Array): number {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf("\uFFFD"); at !== -1; at = text.indexOf("\uFFFD", from)) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (!(bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd)) return offset;
    offset += 3;
    from = at + 1;
  }
  return offset;
}

/** Reads a text file of at most `limit` bytes; throws an `InputError` that names the file as `shownAs`. */
export async function readText(path: string, limit: number, shownAs = path): Promise<string> {
  const bytes = await readBytes(path, limit);
  if (typeof bytes === "string") throw new InputError([{ file: shownAs === "" ? quote("") : shownAs, message: bytes }]);
  return decodeText(bytes, shownAs);
}

/** True for a file that is there. Whatever hinders looking, it cannot be read either. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isFile(),
    () => false,
  );
}
