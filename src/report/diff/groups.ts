import { type Change, type ChangeKind, type Comparison } from "../../model/run/comparison.ts";
import type { Result } from "../../model/run/run.ts";
import { type CausePhrase, phraseCause } from "../view/cause-phrases.ts";
import { findCauses } from "../view/causes.ts";
import { groupBy } from "../text/group-by.ts";
import { shownRun } from "./shown.ts";

/** Changes of one kind with one cause, in words, or one change by itself. */
export interface ChangeGroup {
  changes: readonly Change[];
  cause?: CausePhrase;
}

/** So many changes of one cause are named. */
const shownOfCause = 5;

/** The changes of one cause that are named, and how many more there are. */
export function firstOf(changes: readonly Change[]): { shown: readonly Change[]; rest: number } {
  const shown = changes.length > shownOfCause + 1 ? changes.slice(0, shownOfCause) : changes;
  return { shown, rest: changes.length - shown.length };
}

/** How many changes some groups have. */
export const sizeOf = (groups: readonly ChangeGroup[]): number =>
  groups.reduce((sum, { changes }) => sum + changes.length, 0);

/** Kinds whose new side can be a problem that has a cause. */
const caused: ReadonlySet<ChangeKind> = new Set<ChangeKind>(["broken", "lost", "changed", "new"]);

/** Gives the changes of a kind by their cause, in the order to look at them; what has no cause stands by itself. */
export type GroupChanges = (kind: ChangeKind) => ChangeGroup[];

/**
 * Groups as `check` does, with all that the new run knows: what works there refutes what a few flows would suggest. What
 * was not tried for one and the same reason at one node is one group, too.
 */
export function groupChanges(comparison: Comparison): GroupChanges {
  const { results } = shownRun(comparison);
  const shown = new Map(results.map((result) => [result.id, result]));
  return (kind) => {
    const changes = comparison.changes.filter((change) => change.kind === kind);
    if (!caused.has(kind) || changes.length < 2) return changes.map((change) => ({ changes: [change] }));
    const byId = new Map(changes.map((change) => [change.id, change]));
    const of = (some: readonly Result[]): Change[] => some.flatMap(({ id }) => byId.get(id) ?? []);
    const after = changes.flatMap(({ id }) => shown.get(id) ?? []);
    const causes = findCauses(results, after);
    const explained = new Set(causes.flatMap((cause) => cause.results));
    const rest = after.filter((result) => !explained.has(result));
    return [
      ...causes.map((cause) => grouped(of(cause.results), () => phraseCause(cause))),
      ...[...groupBy(rest, untriedKey).values()].map((group) => grouped(of(group), () => phraseUntried(group))),
    ];
  };
}

const grouped = (changes: readonly Change[], phrase: () => CausePhrase): ChangeGroup =>
  changes.length > 1 ? { changes, cause: phrase() } : { changes };

/** What nobody tried, by node and reason; anything else by itself. */
const untriedKey = ({ id, verdict, reason, from }: Result): string =>
  verdict === "skipped" ? `${reason} ${from}` : id;

function phraseUntried([first]: readonly Result[]): CausePhrase {
  const why =
    first?.reason === "interrupted" ? "the new run was interrupted" : "the new run has no vantage point there";
  return { headline: `What starts at ${first?.from} was not checked: ${why}.`, advice: first?.advice ?? "" };
}
