import { LineCounter } from "yaml";
import { InputError } from "../../model/text/problem.ts";
import { formatPath, refuseProblems } from "./place.ts";
import type { Locate } from "./place.ts";
import { decodeText, readText } from "../text-file.ts";
import { composeYaml } from "./compose.ts";
import { readValue } from "./value.ts";
import { findRange } from "./yaml-place.ts";

/** Largest document that is read, in bytes: 100,000 hosts in a CSV include need about half of it. */
const documentLimit = 10_000_000;

/** What `readDocument` gives: plain values (maps, lists, text, numbers, booleans, null) that know where they stand. */
export interface SourceDocument {
  /** The file's name as the user gave it; `stdin` for `-`. */
  file: string;
  value: unknown;
  locate: Locate;
}

/** Bytes or text that were read from standard input, for the path `-`. */
export interface Stdin {
  stdin?: string | Uint8Array;
}

/**
 * Reads one YAML 1.2 document (JSON is a subset of it) of at most 10 MB. Throws an `InputError` with every problem of
 * the text: what cannot be read, is empty, is not UTF-8, breaks the syntax, repeats a key, holds a second document,
 * nests deeper than 64 levels, or expands by aliases into more than a topology can need. `otherKind` may say of a text
 * that it is another kind of file, which YAML would read as one long word.
 */
export async function readDocument(
  path: string,
  options: Stdin = {},
  otherKind: (text: string) => string | undefined = () => undefined,
): Promise<SourceDocument> {
  const file = path === "-" ? "stdin" : path;
  const text = path === "-" ? readStdin(options.stdin, file) : await readDocumentText(path);
  const message = otherKind(text);
  if (message !== undefined) throw new InputError([{ file, line: 1, column: 1, message }]);
  return parseDocument(text, file);
}

/** The text of a document; throws an `InputError` for a file that cannot be read, is too large, or is not UTF-8. */
export const readDocumentText = (path: string): Promise<string> => readText(path, documentLimit);

function readStdin(stdin: string | Uint8Array | undefined, file: string): string {
  const bytes = typeof stdin === "string" ? Buffer.from(stdin) : stdin;
  if (bytes === undefined) throw new InputError([{ file, message: "nothing was handed in on standard input" }]);
  if (bytes.length > documentLimit) {
    throw new InputError([{ file, message: `standard input is longer than 10 MB; at most 10 MB are read` }]);
  }
  return decodeText(bytes, file);
}

/** Parses the text of one document; see `readDocument`. */
export function parseDocument(text: string, file: string): SourceDocument {
  const lines = new LineCounter();
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(Math.min(Math.max(offset, 0), text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const composed = composeYaml(text, lines);
  refuseProblems(composed.problems.map(({ offset, message }) => ({ file, ...at(offset), message })));
  const root = composed.root;
  if (root === null) throw new InputError([{ file, message: "the file is empty" }]);
  const { value, problems } = readValue(root);
  refuseProblems(
    problems.map(({ offset, path, message }) => ({ file, ...at(offset), path: formatPath(path), message })),
  );
  const locate: Locate = (path, part = "value") => ({
    file,
    ...at(findRange(root, path, part)),
    path: formatPath(path),
  });
  return { file, value, locate };
}
