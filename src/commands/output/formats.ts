import { constants } from "node:fs";
import { access, open } from "node:fs/promises";
import { dirname } from "node:path";
import { isatty } from "node:tty";
import { InputError, type Problem } from "../../model/text/problem.ts";
import { reasonOf } from "./write-errors.ts";
import { isDirect, openOutput, statOrAbsent } from "./output-file.ts";

/** One `--format FORMAT[=FILE]`; without a file it goes to stdout. */
export interface Destination<Format extends string> {
  format: Format;
  file?: string;
}

/** Formats that are no text: they are written to a file and never to stdout or a terminal. */
const notText: ReadonlySet<string> = new Set(["xlsx"]);

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
    else if (file === undefined && notText.has(format))
      complain(`"${format}" is not text and needs a file: --format ${format}=FILE.${format}`);
    else destinations.push(file === undefined ? { format } : { format, file });
    const reason = file === undefined || file === "" ? undefined : await whyUnwritable(file, notText.has(name));
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

async function isTerminal(device: string): Promise<boolean> {
  const handle = await open(device, constants.O_WRONLY | constants.O_NOCTTY);
  try {
    return isatty(handle.fd);
  } finally {
    await handle.close();
  }
}

async function whyUnwritable(file: string, isBinary: boolean): Promise<string | undefined> {
  try {
    const target = await statOrAbsent(file);
    if (target?.isDirectory() === true) return "it is a directory";
    // A shell's >(command) is read by that command; a named pipe without a reader would hold the report for ever.
    const isNamedPipe = target?.isFIFO() === true && !/^\/(?:dev|proc)\//.test(file);
    if (isNamedPipe || target?.isSocket() === true) return "it is a pipe or a socket that nobody may read; name a file";
    if (isBinary && target?.isCharacterDevice() === true && (await isTerminal(file))) return "it is a terminal";
    if (target !== undefined) await access(file, constants.W_OK);
    // A permission says little on read-only and special file systems; only a file that was made is proof.
    if (!(await isDirect(file, target))) await (await openOutput(file)).discard();
    return undefined;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return isMissing ? `there is no directory "${dirname(file)}"` : reasonOf(error);
  }
}
