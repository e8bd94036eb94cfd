import { InputError } from "../model/text/problem.ts";
import { runSchema } from "../model/run/run.ts";
import type { Run } from "../model/run/run.ts";
import { formatPath, orderProblems } from "./yaml/place.ts";
import type { Locate } from "./yaml/place.ts";
import { schemaProblems } from "./yaml/schema-problems.ts";
import { readText } from "./text-file.ts";

/** Largest run record, in bytes; 100,000 flows have about 60 MB. */
const runLimit = 200_000_000;

/**
 * Reads a run record, which `check --format json` wrote. Throws an `InputError` that says what is not as it should be;
 * problems have a path but no line, since the file is written by a program and usually is one long line.
 */
export async function loadRun(file: string): Promise<Run> {
  const text = await readText(file, runLimit);
  if (text.trim() === "") throw new InputError([{ file, message: "the file is empty" }]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError([{ file, message: "this is not JSON; a run record is written by: check --format json=FILE" }]);
  }
  const format = typeof value === "object" && value !== null && "format" in value ? value.format : undefined;
  if (format !== 1) {
    const what = typeof format === "number" ? `a run record of format ${format}` : "not a run record of portmatrix";
    throw new InputError([{ file, message: `this is ${what}; this version reads format 1` }]);
  }
  const parsed = runSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const locate: Locate = (path) => ({ file, path: formatPath(path) });
  throw new InputError(orderProblems(schemaProblems(parsed.error.issues, { schema: runSchema, value, locate })));
}
