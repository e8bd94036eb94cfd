import { pipeline } from "node:stream/promises";
import type { Rendering } from "../report/run/renderers.ts";
import type { Destination } from "./formats.ts";
import { type OutputFile, openOutput } from "./output-file.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

/** A report that did not reach its place: one line that names the place and the reason. */
export type Undelivered = string;

/**
 * Writes each rendering to its place, files first. One that cannot be written keeps none of the others back, and leaves
 * neither half a file nor a changed one. Gives what was not delivered.
 */
export async function deliver<Format extends string>(
  destinations: readonly Destination<Format>[],
  render: (format: Format, toStdout: boolean) => Promise<Rendering> | Rendering,
  out: (text: string) => void,
): Promise<Undelivered[]> {
  const undelivered: Undelivered[] = [];
  const stdoutLast = destinations.toSorted((a, b) => Number(a.file === undefined) - Number(b.file === undefined));
  for (const { format, file } of stdoutLast) {
    try {
      const rendering = await render(format, file === undefined);
      const pieces = typeof rendering === "string" ? [rendering] : rendering;
      if (file === undefined) for (const piece of pieces) out(piece);
      else await writeFile(file, pieces);
    } catch (error) {
      undelivered.push(undeliveredTo(file, error));
    }
  }
  return undelivered;
}

async function writeFile(file: string, pieces: Iterable<string>): Promise<void> {
  const output: OutputFile = await openOutput(file);
  try {
    await pipeline(pieces, output.stream, { end: false });
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.commit();
}

/** The line about a place, `undefined` for standard output, that could not be written. */
export function undeliveredTo(file: string | undefined, error: unknown): Undelivered {
  return `cannot write ${file === undefined ? "to standard output" : `"${file}"`}: ${reasonOf(error)}`;
}

/**
 * Says what was not delivered, and gives the exit code: that of the verdict, which a report that is missing does not
 * change, except that success without a report is none.
 */
export function conclude(
  code: ExitCode,
  undelivered: readonly Undelivered[],
  { err }: Pick<Surroundings, "err">,
): ExitCode {
  for (const line of undelivered) err(`portmatrix: ${line}\n`);
  return undelivered.length > 0 && code === exitCodes.ok ? exitCodes.internal : code;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be too large",
  EPIPE: "its reader has gone",
  EIO: "input/output error",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of this path is not a directory",
  ENXIO: "nothing is behind this device or socket",
  ENOENT: "there is no such directory",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
  ENAMETOOLONG: "the file name is too long",
};

/** Why a file cannot be written, in a few words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[String(code)] ?? code ?? message;
}
