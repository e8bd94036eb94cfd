import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { createTarDecoder } from "modern-tar";
import type { SiteFiles } from "../../import/site/found-in-files.ts";
import { folderFile, singlePaths } from "../../import/site/site-paths.ts";
import { decodeText } from "../../load/text-file.ts";
import { InputError } from "../../model/text/problem.ts";
import { siteFileLimit } from "./site-directory.ts";
import { inThousands } from "../../model/thousands.ts";

/** What one archive may hold: bytes unpacked in all, entries, bytes of a file that is read, and of all of them. */
export interface ArchiveLimits {
  unpackedBytes: number;
  entries: number;
  fileBytes: number;
  readBytes: number;
}
/** A real dump has logs and crash reports in it. */
const usualLimits: ArchiveLimits = {
  unpackedBytes: 2_000_000_000,
  entries: 200_000,
  fileBytes: siteFileLimit,
  readBytes: 200_000_000,
};

const isWanted = (path: string): boolean => singlePaths.includes(path) || folderFile(path) !== undefined;

/** The path of an entry below the root of the archive; `undefined` for one that leads out of it. */
function pathOf(name: string): string | undefined {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  return parts.includes("..") || name.includes("\\") || name.includes("\0") ? undefined : parts.join("/");
}

/**
 * Reads the files of a site out of a diagnostics dump as Checkmk makes it (`.tar.gz`). Nothing is written to disk, links
 * are not followed, and an archive that unpacks to more than a dump ever has is refused.
 */
export async function readSiteArchive(
  file: string,
  signal: AbortSignal,
  limits: ArchiveLimits = usualLimits,
): Promise<SiteFiles> {
  const { readable, writable } = createTarDecoder({ strict: true });
  let unpacked = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      const isTooMuch = unpacked > limits.unpackedBytes;
      done(
        isTooMuch ? new InputError([{ file, message: "it unpacks to more than a dump of Checkmk ever has" }]) : null,
        chunk,
      );
    },
  });
  const texts = new Map<string, string>();
  const stop = new AbortController();
  const until = { signal: AbortSignal.any([signal, stop.signal]) };
  const reading = readEntries(readable, texts, { file, limits }).catch((error: unknown) => {
    stop.abort();
    throw error;
  });
  const all = await Promise.allSettled([
    reading,
    pipeline(createReadStream(file), createGunzip(), counted, until),
    (Readable.toWeb(counted) as ReadableStream<Uint8Array>).pipeTo(writable, until),
  ]);
  const failed = all.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  signal.throwIfAborted();
  if (failed.length > 0) throw whyNot(failed, file);
  return { root: file, directory: basename(file).replace(/\.(?:tar\.gz|tgz)$/, ""), texts };
}

/** What is wrong with the archive: our own words where one of the failures has them, else those of the first. */
function whyNot(failed: readonly unknown[], file: string): InputError {
  const own = failed.find((error): error is InputError => error instanceof InputError);
  if (own !== undefined) return own;
  const codes = failed.map((error) => (error as NodeJS.ErrnoException).code);
  const first = failed.find((error) => !(error instanceof Error && error.name === "AbortError"));
  const message = codes.includes("Z_DATA_ERROR")
    ? "this is no .tar.gz; Checkmk writes its diagnostics dumps so"
    : `this archive cannot be read: ${first instanceof Error ? first.message : String(first)}`;
  return new InputError([{ file, message }]);
}

async function readEntries(
  entries: ReturnType<typeof createTarDecoder>["readable"],
  texts: Map<string, string>,
  { file, limits }: { file: string; limits: ArchiveLimits },
): Promise<void> {
  const refuse = (message: string): never => {
    throw new InputError([{ file, message }]);
  };
  let [count, read] = [0, 0];
  for await (const { header, body } of entries) {
    if (++count > limits.entries) refuse(`it has more than ${inThousands(limits.entries)} files in it`);
    const path = pathOf(header.name);
    if (path === undefined) refuse(`"${header.name.slice(0, 100)}" in it leads out of the archive`);
    else if (header.type !== "file" || !isWanted(path)) await body.cancel();
    else {
      read += header.size;
      if (header.size > limits.fileBytes || read > limits.readBytes)
        refuse(`${path} in it is larger than a site's file can be`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      texts.set(path, decodeText(Buffer.concat(chunks), `${file}/${path}`));
    }
  }
}
