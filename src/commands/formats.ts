import { constants } from "node:fs";
import { access, rename, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError, type Problem } from "../model/problem.ts";

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
    await access(dirname(file), constants.W_OK);
    const target = await stat(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (target?.isDirectory() === true) return "it is a directory";
    if (target !== undefined) await access(file, constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return `there is no directory "${dirname(file)}"`;
    return code === "EACCES" || code === "EROFS" ? "permission denied" : String(code);
  }
}

/** Writes each rendering to its place; files are replaced in one step, so a reader never sees half of one. */
export async function deliver<Format extends string>(
  destinations: readonly Destination<Format>[],
  render: (format: Format, toStdout: boolean) => string,
  out: (text: string) => void,
): Promise<void> {
  for (const { format, file } of destinations) {
    const text = render(format, file === undefined);
    if (file === undefined) out(text);
    else await replaceFile(file, text);
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  const existing = await stat(file).catch(() => undefined); // absent is the usual case; another error shows at the write
  if (existing !== undefined && !existing.isFile()) {
    await writeFile(file, text); // a device or pipe, e.g. /dev/stderr, cannot be renamed over
    return;
  }
  const draft = `${file}.part`;
  await writeFile(draft, text);
  await rename(draft, file);
}
