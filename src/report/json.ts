import { plainTexts } from "../model/printable.ts";
import { type Result, type Run, resultSchema, runSchema } from "../model/run.ts";

/** The run record of contract §4, indented, results sorted by id, keys in the order of the schema: fit for `diff`. */
export function renderJson(raw: Run): string {
  const run = plainTexts(raw);
  const results = run.results
    .map((result) => ordered(result, Object.keys(resultSchema.shape)) as Result)
    .map((result) => ({
      ...result,
      evidence: ordered(result.evidence, Object.keys(resultSchema.shape.evidence.shape)),
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return `${JSON.stringify(ordered({ ...run, results }, Object.keys(runSchema.shape)), null, 2)}\n`;
}

/** The same record with its keys in a given order; unknown keys come last. */
function ordered(record: object, keys: readonly string[]): object {
  const rank = (key: string) => (keys.includes(key) ? keys.indexOf(key) : keys.length);
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
}
