import { constants, type Stats } from "node:fs";
import { access, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError, type Problem } from "../model/problem.ts";
import type { Rendering } from "../report/run/renderers.ts";

/** One `--format FORMAT[=FILE]`; without a file it goes to stdout. */
export interface Destination<Format extends string> {
  format: Format;
  file?: string;
}

/**
 * Reads the `--format` options. Unknown formats, a second format for stdout and files that cannot be written are
 * problems, found before anything is sent.
 */
export async function parseDestinations<Format extends string>(
  texts: readonly string[],
  known: readonly Format[],
): Promise<Destination<Format>[]> {
  const problems: Problem[] = [];
  const complain = (message: string): void => void problems.push({ file: "--format", message });
  const destinations: Destination<Format>[] = [];
  for (const text of texts) {
    const [name = "", ...rest] = text.split("=");
    const file = rest.length === 0 ? undefined : rest.join("=");
    const format = known.find((one) => one === name);
    if (format === undefined)
      complain(`"${name}" is not a format; use one of ${known.join(", ")}, with =FILE to write a file`);
    else if (file === "") complain(`"${text}" names no file after "="`);
    else destinations.push(file === undefined ? { format } : { format, file });
    const reason = file === undefined || file === "" ? undefined : await whyUnwritable(file);
    if (reason !== undefined) complain(`cannot write "${file}": ${reason}`);
  }
  const toStdout = destinations.filter(({ file }) => file === undefined).map(({ format }) => format);
  if (toStdout.length > 1)
    complain(`only one format can go to stdout, not ${toStdout.join(" and ")}; add =FILE to the others`);
  const files = destinations.flatMap(({ file }) => (file === undefined ? [] : [file]));
  for (const file of new Set(files.filter((one, at) => files.indexOf(one) !== at)))
    complain(`"${file}" is named twice`);
  if (problems.length > 0) throw new InputError(problems);
  return destinations;
}

async function whyUnwritable(file: string): Promise<string | undefined> {
  try {
    const target = await statOrAbsent(file);
    if (target?.isDirectory() === true) return "it is a directory";
    // A shell's >(command) is read by that command; a named pipe without a reader would hold the report for ever.
    const isNamedPipe = target?.isFIFO() === true && !/^\/(?:dev|proc)\//.test(file);
    if (isNamedPipe || target?.isSocket() === true) return "it is a pipe or a socket that nobody may read; name a file";
    if (target !== undefined) await access(file, constants.W_OK);
    if (target?.isFile() !== false) await tryDraft(file);
    return undefined;
  } catch (error) {
    return codeOf(error) === "ENOENT" ? `there is no directory "${dirname(file)}"` : reasonOf(error);
  }
}

/** A report that could not be written; everything else was. */
export class OutputError extends Error {
  override name = "OutputError";
}

/**
 * Writes each rendering to its place, files first; they are replaced in one step, so a reader never sees half of one.
 * One that cannot be written keeps none of the others back: an OutputError names it when all are done.
 */
export async function deliver<Format extends string>(
  destinations: readonly Destination<Format>[],
  render: (format: Format, toStdout: boolean) => Promise<Rendering> | Rendering,
  out: (text: string) => void,
): Promise<void> {
  const failures: string[] = [];
  for (const { format, file } of destinations) {
    if (file === undefined) continue;
    try {
      await replaceFile(file, await render(format, false));
    } catch (error) {
      failures.push(`cannot write "${file}": ${reasonOf(error)}`);
    }
  }
  for (const { format, file } of destinations) {
    if (file !== undefined) continue;
    const rendering = await render(format, true);
    for (const text of typeof rendering === "string" ? [rendering] : rendering) out(text);
  }
  if (failures.length > 0) throw new OutputError(failures.join("\n"));
}

/** A permission says little on read-only and special file systems; only a file that was made is proof. */
async function tryDraft(file: string): Promise<void> {
  await writeFile(`${file}.part`, "");
  await rm(`${file}.part`);
}

async function replaceFile(file: string, text: Rendering): Promise<void> {
  const existing = await statOrAbsent(file);
  if (existing !== undefined && !existing.isFile()) {
    await writeFile(file, text); // a device or pipe, e.g. /dev/stderr, cannot be renamed over
    return;
  }
  const draft = `${file}.part`;
  try {
    await writeFile(draft, text, existing === undefined ? {} : { mode: existing.mode });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function statOrAbsent(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code);

function reasonOf(error: unknown): string {
  const known: Record<string, string> = {
    EACCES: "permission denied",
    EROFS: "the file system is read-only",
    ENOSPC: "no space is left",
  };
  return known[codeOf(error)] ?? codeOf(error);
}
