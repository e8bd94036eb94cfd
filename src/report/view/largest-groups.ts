import type { Result } from "../../model/run/run.ts";
import { groupBy } from "../text/group-by.ts";

/** What flows with the same reason can have in common, the more telling first. */
const views = [
  {
    kind: "service",
    key: ({ to, protocol, port, reason }) => `${to} ${protocol} ${port} ${reason}`,
    varies: ({ from }) => from,
  },
  { kind: "port", key: ({ protocol, port, reason }) => `${protocol} ${port} ${reason}`, varies: ({ to }) => to },
  {
    kind: "pair",
    key: ({ from, to, reason }) => `${from} ${to} ${reason}`,
    varies: ({ protocol, port }) => `${protocol} ${port}`,
  },
] as const satisfies readonly {
  kind: string;
  key: (result: Result) => string;
  varies: (result: Result) => string;
}[];
type View = (typeof views)[number];

/** Several flows that one view puts together. */
export interface LargestGroup {
  kind: View["kind"];
  /** In the order in which they were given. */
  results: readonly [Result, ...Result[]];
}

interface Group {
  view: View;
  members: readonly Result[];
  /** Members that no group has taken yet. */
  left: number;
  /** Index of the first of them, or of one before it. */
  head: number;
}

/**
 * Takes out groups of two or more that one view puts together, the largest first, at most so many; gives them and what
 * is left. Of equal groups the earlier view counts, then the group whose first member comes first. Keys are made once
 * and sizes are kept up to date, so a round costs no more than a look at each group.
 */
export function takeLargestGroups(
  results: readonly Result[],
  atMost: number,
): { groups: LargestGroup[]; left: Result[] } {
  const { all, groupsOf } = groupByViews(results);
  const order = new Map(results.map((result, at) => [result, at]));
  const left = new Set(results);
  const groups: LargestGroup[] = [];
  while (groups.length < atMost) {
    const largest = findLargest(all, left, order);
    if (largest === undefined) break;
    const [first, ...rest] = largest.members.filter((result) => left.has(result));
    if (first === undefined) break;
    for (const result of [first, ...rest]) {
      left.delete(result);
      for (const group of groupsOf.get(result) ?? []) group.left--;
    }
    groups.push({ kind: largest.view.kind, results: [first, ...rest] });
  }
  return { groups, left: [...left] };
}

function groupByViews(results: readonly Result[]): { all: Group[]; groupsOf: Map<Result, Group[]> } {
  const all: Group[] = [];
  const groupsOf = new Map<Result, Group[]>();
  for (const view of views) {
    for (const members of groupBy(results, view.key).values()) {
      if (members.length < 2) continue;
      const group: Group = { view, members, left: members.length, head: 0 };
      all.push(group);
      for (const result of members) {
        const known = groupsOf.get(result);
        if (known === undefined) groupsOf.set(result, [group]);
        else known.push(group);
      }
    }
  }
  return { all, groupsOf };
}

function findLargest(
  all: readonly Group[],
  left: ReadonlySet<Result>,
  order: ReadonlyMap<Result, number>,
): Group | undefined {
  const firstIndexOf = (group: Group): number => {
    let first = group.members[group.head];
    while (first !== undefined && !left.has(first)) first = group.members[++group.head];
    return first === undefined ? Infinity : (order.get(first) ?? Infinity);
  };
  let best: Group | undefined;
  for (const group of all) {
    const size = best?.left ?? 1;
    if (group.left < size || group.left < 2) continue;
    const isTie = best !== undefined && group.left === size;
    if (isTie && (group.view !== best?.view || firstIndexOf(group) > firstIndexOf(best))) continue;
    if (differs(group, left)) best = group;
  }
  return best;
}

/** True if the members that are left are not all alike in what the view lets vary. */
function differs({ view, members }: Group, left: ReadonlySet<Result>): boolean {
  let seen: string | undefined;
  for (const result of members) {
    if (!left.has(result)) continue;
    const value = view.varies(result);
    if (seen !== undefined && value !== seen) return true;
    seen = value;
  }
  return false;
}
