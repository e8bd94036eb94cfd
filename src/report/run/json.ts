import { sortById } from "../../model/order.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { type Result, type Run, resultSchema, runSchema } from "../../model/run/run.ts";

/**
 * So many results make one piece. A text of more than 128 KB gets pages of its own from the kernel (V8's large object
 * space): in pieces of 200 results, some 160 KB, the same record took three times as long.
 */
const resultsAtOnce = 50;

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
    if (from > 0) yield ",";
    yield text;
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

/** The keys of a record as it has them, and as they are to be; the same list where it has them so already. */
interface Shape {
  readonly keys: readonly string[];
  readonly sorted: readonly string[];
}

/**
 * Gives records their keys in a given order, unknown keys last; one that has them so already is not copied. Thousands of
 * records have the same few lists of keys, so each is compared with those that came last before it is sorted.
 */
function orderBy(order: readonly string[]): <Fields extends object>(record: Fields) => Fields {
  const ranks = new Map(order.map((key, rank) => [key, rank]));
  const rank = (key: string) => ranks.get(key) ?? ranks.size;
  const compare = (a: string, b: string) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
  const recent: Shape[] = []; // the one that was used last comes first
  const shapeOf = (record: object): Shape => {
    for (const [at, shape] of recent.entries()) {
      if (!hasKeys(record, shape.keys)) continue;
      if (at > 0) recent.unshift(...recent.splice(at, 1));
      return shape;
    }
    const keys = Object.keys(record);
    const sorted = keys.toSorted(compare);
    const shape = { keys, sorted: sorted.every((key, at) => key === keys[at]) ? keys : sorted };
    recent.unshift(shape);
    if (recent.length > mostShapes) recent.pop();
    return shape;
  };
  return (record) => {
    const { keys, sorted } = shapeOf(record);
    return keys === sorted ? record : (copyOf(record as Record<string, unknown>, sorted) as typeof record);
  };
}

const mostShapes = 16;

function hasKeys(record: object, keys: readonly string[]): boolean {
  let at = 0;
  for (const key in record) if (key !== keys[at++]) return false;
  return at === keys.length;
}

function copyOf(fields: Readonly<Record<string, unknown>>, keys: readonly string[]): object {
  const copy: Record<string, unknown> = {};
  for (const key of keys) copy[key] = fields[key];
  return copy;
}
