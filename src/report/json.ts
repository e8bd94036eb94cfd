import { plainTexts } from "../model/printable.ts";
import { type Run, resultSchema, runSchema } from "../model/run.ts";

/** The run record of contract §4, indented, results sorted by id, keys in the order of the schema: fit for `diff`. */
export function renderJson(raw: Run): string {
  const run = plainTexts(raw);
  const inOrder = orderBy(Object.keys(resultSchema.shape));
  const evidenceInOrder = orderBy(Object.keys(resultSchema.shape.evidence.shape));
  const results = run.results
    .map((result) => {
      const evidence = evidenceInOrder(result.evidence);
      return inOrder(evidence === result.evidence ? result : { ...result, evidence });
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return `${JSON.stringify(orderBy(Object.keys(runSchema.shape))({ ...run, results }), null, 2)}\n`;
}

/** Gives records their keys in a given order, unknown keys last; one that has them so already is not copied. */
function orderBy(order: readonly string[]): <Fields extends object>(record: Fields) => Fields {
  const ranks = new Map(order.map((key, rank) => [key, rank]));
  const rank = (key: string) => ranks.get(key) ?? ranks.size;
  const compare = (a: string, b: string) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
  return (record) => {
    const keys = Object.keys(record);
    if (keys.every((key, at) => at === 0 || compare(keys[at - 1] ?? "", key) < 0)) return record;
    const fields = record as Record<string, unknown>;
    return Object.fromEntries(keys.toSorted(compare).map((key) => [key, fields[key]])) as typeof record;
  };
}
