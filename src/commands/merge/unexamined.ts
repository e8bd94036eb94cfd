import type { Unexamined } from "../../report/text/note-taken.ts";

/** How many of these flows start at each node, in the order of names. */
export function flowsByNode(flows: readonly { from: string }[]): Unexamined {
  const counts = new Map<string, number>();
  for (const { from } of flows) counts.set(from, (counts.get(from) ?? 0) + 1);
  return [...counts]
    .map(([node, count]) => ({ node, flows: count }))
    .toSorted((one, other) => (one.node < other.node ? -1 : 1));
}
