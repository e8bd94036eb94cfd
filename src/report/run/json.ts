import { sortById } from "../../model/order.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { type Result, type Run, resultSchema, runSchema } from "../../model/run/run.ts";

/** So many results make one piece: few enough that none is large, enough that what a piece costs does not count. */
const resultsAtOnce = 200;

/** How the list of results begins and ends; a line break outside of a text is only in its place between the fields. */
const opening = '\n  "results": [';
const closing = "\n  ]\n}";

/**
 * The run record (schema/run.schema.json), indented, results sorted by id, keys in the order of the schema: fit for
 * `diff`. It comes in pieces, because the whole text of a large run takes as much memory as the run itself.
 */
export function* renderJson(raw: Run): Generator<string> {
  const run = plainTexts(raw);
  const results = sortById(run.results);
  const frame = indented(orderBy(Object.keys(runSchema.shape))({ ...run, results: [] }));
  const start = frame.indexOf(opening) + opening.length;
  const inOrder = orderResults();
  yield frame.slice(0, start);
  for (let from = 0; from < results.length; from += resultsAtOnce) {
    const some = results.slice(from, from + resultsAtOnce).map(inOrder);
    const text = indented({ results: some }).slice("{".length + opening.length, -closing.length);
    yield from === 0 ? text : `,${text}`;
  }
  yield `${results.length === 0 ? "" : "\n  "}${frame.slice(start)}\n`;
}

const indented = (value: unknown): string => JSON.stringify(value, null, 2);

/** Gives results and their evidence their keys in the order of the schema. */
function orderResults(): (result: Result) => Result {
  const inOrder = orderBy(Object.keys(resultSchema.shape));
  const evidenceInOrder = orderBy(Object.keys(resultSchema.shape.evidence.shape));
  return (result) => {
    const evidence = evidenceInOrder(result.evidence);
    return inOrder(evidence === result.evidence ? result : { ...result, evidence });
  };
}

/** Gives records their keys in a given order, unknown keys last; one that has them so already is not copied. */
function orderBy(order: readonly string[]): <Fields extends object>(record: Fields) => Fields {
  const ranks = new Map(order.map((key, rank) => [key, rank]));
  const rank = (key: string) => ranks.get(key) ?? ranks.size;
  const compare = (a: string, b: string) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
  const sorted = new Map<string, readonly string[]>(); // thousands of records have the same few lists of keys
  const sortedKeys = (fields: object): readonly string[] => {
    const keys = Object.keys(fields);
    const list = keys.join(" ");
    const known = sorted.get(list) ?? keys.toSorted(compare);
    if (sorted.size < mostKeyLists) sorted.set(list, known);
    return known;
  };
  return (record) => {
    const fields = record as Record<string, unknown>;
    let highest = -1;
    for (const key in fields) {
      if (rank(key) <= highest) return copyOf(fields, sortedKeys(fields)) as typeof record;
      highest = rank(key);
    }
    return record;
  };
}

const mostKeyLists = 1_000;

function copyOf(fields: Readonly<Record<string, unknown>>, keys: readonly string[]): object {
  const copy: Record<string, unknown> = {};
  for (const key of keys) copy[key] = fields[key];
  return copy;
}
