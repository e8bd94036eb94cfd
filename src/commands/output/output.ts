import { pipeline } from "node:stream/promises";
import { escapeUnseen } from "../../model/text/printable.ts";
import type { Rendering } from "../../report/run/renderers.ts";
import type { Destination } from "./formats.ts";
import { type OutputFile, openOutput } from "./output-file.ts";
import { reasonOf } from "./write-errors.ts";
import { exitCodes, type ExitCode, type Surroundings } from "../surroundings.ts";

/** What is written: a text, or the bytes of a format that is no text. */
export type Contents = Rendering | Iterable<Uint8Array>;

/** A report that did not reach its place: one line that names the place and the reason. */
export type Undelivered = string;

/**
 * Writes each rendering to its place, files first. One that cannot be written keeps none of the others back, and leaves
 * neither half a file nor a changed one. Gives what was not delivered.
 */
export async function deliver<Format extends string>(
  destinations: readonly Destination<Format>[],
  render: (format: Format, toStdout: boolean) => Promise<Contents> | Contents,
  out: (text: string) => void,
): Promise<Undelivered[]> {
  const undelivered: Undelivered[] = [];
  const stdoutLast = destinations.toSorted((a, b) => Number(a.file === undefined) - Number(b.file === undefined));
  for (const { format, file } of stdoutLast) {
    try {
      const rendering = await render(format, file === undefined);
      const pieces = typeof rendering === "string" ? [rendering] : rendering;
      if (file !== undefined) await writeFile(file, pieces);
      else for (const piece of pieces) if (typeof piece === "string") out(piece);
    } catch (error) {
      undelivered.push(undeliveredTo(file, error));
    }
  }
  return undelivered;
}

async function writeFile(file: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
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
  for (const line of undelivered) err(`portmatrix: ${escapeUnseen(line)}\n`);
  return undelivered.length > 0 && code === exitCodes.ok ? exitCodes.internal : code;
}

/**
 * Where text for people goes that is no format of its own: to stdout, or to stderr if a format other than the table
 * owns stdout.
 */
export function textPlace(destinations: readonly { format: string; file?: string }[], on: Surroundings): Surroundings {
  if (destinations.every(({ format, file }) => file !== undefined || format === "table")) return on;
  return { ...on, out: on.err, stdoutIsTerminal: on.stderrIsTerminal };
}
