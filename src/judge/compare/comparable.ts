import type { Caveat, CaveatCode } from "../../model/run/comparison.ts";
import type { Result, Run } from "../../model/run/run.ts";

/** What must be known of a run, or of the plan of a run to come, to tell whether it can be compared. */
export interface Comparable {
  catalog: { product: string };
  results: readonly { id: string }[];
}

/** Why two runs cannot be compared at all: other products' catalogs, or not one flow in common. */
export function whyIncomparable(before: Comparable, after: Comparable): string | undefined {
  if (before.catalog.product !== after.catalog.product) {
    return `the old run is about ${before.catalog.product}, the new one about ${after.catalog.product}`;
  }
  const ids = new Set(before.results.map(({ id }) => id));
  if (ids.size === 0 || after.results.some(({ id }) => ids.has(id))) return undefined;
  return "the two runs have no flow in common, so there is nothing to compare";
}

/** Everything that differs between two runs besides what the network did, in a fixed order; empty if nothing does. */
export function caveatsOf(before: Run, after: Run): Caveat[] {
  return [
    apart("catalog-version", [before.catalog.version], [after.catalog.version]),
    apart("stage", [before.stage], [after.stage]),
    apart("topology", fileName(before), fileName(after)),
    flowsApart(before, after),
    addressesApart(before.results, after.results),
    apart("vantages", vantagesOf(before), vantagesOf(after)),
    apart("icmp-method", methodsOf(before), methodsOf(after)),
    apart("tool-version", [before.tool.version], [after.tool.version]),
    apart("interrupted", before.interrupted === true ? ["old"] : [], after.interrupted === true ? ["new"] : []),
    notesOf(before, after),
    before.startedAt > after.startedAt ? apart("order", [before.startedAt], [after.startedAt]) : undefined,
  ].filter((caveat) => caveat !== undefined);
}

/** What the runs themselves say before any result; both may say the same, and it speaks against both then. */
const notesOf = ({ notes: old = [] }: Run, { notes: now = [] }: Run): Caveat | undefined =>
  old.length + now.length === 0 ? undefined : { code: "notes", old, new: now };

function apart(code: CaveatCode, old: Iterable<string>, now: Iterable<string>): Caveat | undefined {
  const [left, right] = [new Set(old), new Set(now)];
  const onlyOld = [...left].filter((one) => !right.has(one)).toSorted();
  const onlyNew = [...right].filter((one) => !left.has(one)).toSorted();
  return onlyOld.length + onlyNew.length === 0 ? undefined : { code, old: onlyOld, new: onlyNew };
}

/** The name of the topology file without its folder, which differs from checkout to checkout. */
const fileName = ({ topology }: Run): string[] =>
  topology === undefined ? [] : [topology.split(/[/\\]/).at(-1) ?? topology];

const vantagesOf = ({ results }: Run): string[] => results.flatMap(({ vantage }) => vantage ?? []);

/** How each vantage point sent its ICMP echoes: a raw socket sees who rejected a packet, the ping program does not. */
const methodsOf = ({ results }: Run): string[] =>
  results.flatMap(({ vantage, evidence: { method } }) =>
    vantage === undefined || method === undefined ? [] : [`${vantage} ${method}`],
  );

/** Other flows, or other expectations of the same flows: another topology or other options. */
const flowsApart = (before: Run, after: Run): Caveat | undefined =>
  apart("flows", before.results.map(requirementOf), after.results.map(requirementOf));

const requirementOf = ({ id, expect }: Result): string => (expect === "open" ? id : `${id} (blocked)`);

/** The same flow asked another address: the node moved, or its name resolves to another place. */
function addressesApart(before: readonly Result[], after: readonly Result[]): Caveat | undefined {
  const asked = (results: readonly Result[]) => results.filter(({ vantage }) => vantage !== undefined);
  const old = new Map(asked(before).map(({ id, to, address }) => [id, `${to} ${address}`]));
  const moved = asked(after).filter(({ id, to, address }) => old.has(id) && old.get(id) !== `${to} ${address}`);
  return apart(
    "addresses",
    moved.map(({ id }) => old.get(id) ?? ""),
    moved.map(({ to, address }) => `${to} ${address}`),
  );
}
