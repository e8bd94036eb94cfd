import { isProblem } from "../../model/severity.ts";
import { cellText } from "./cell.ts";
import { groupBy } from "../text/group-by.ts";
import type { PairRow, Row } from "./section-matrix.ts";
import { inOrder, pair } from "../text/wording.ts";
import { inThousands } from "../../model/thousands.ts";

/** Up to this many rows of a section stand as they are. */
const rowsKept = 12;
/** So many rows must look alike before they become one. */
const leastAlike = 3;
/** So many of a group that needs attention stay listed by name. */
const examples = 3;

/**
 * Puts rows that look alike together where a section has many: those that share a source, else those that share a
 * target, else any. Groups in which something failed keep a few rows by name, and the rest is counted.
 */
export function collapse(rows: readonly PairRow[]): Row[] {
  if (rows.length <= rowsKept) return rows.map(plain);
  const place = new Map(rows.map((row, at) => [row, at]));
  const bySource = gather(rows, ({ from }) => from);
  const byTarget = gather(bySource.left, ({ to }) => to);
  const byLook = gather(byTarget.left, () => "");
  const groups = [...bySource.groups, ...byTarget.groups, ...byLook.groups, ...byLook.left.map((row) => [row])];
  const first = (group: readonly PairRow[]) => place.get(group[0] as PairRow) ?? 0;
  return groups.toSorted((a, b) => first(a) - first(b)).flatMap(rowsOf);
}

/** Splits rows into groups that look alike and share `side`, and those that are too few for a group. */
function gather(rows: readonly PairRow[], side: (row: PairRow) => string): { groups: PairRow[][]; left: PairRow[] } {
  const all = [...groupBy(rows, (row) => `${side(row)} ${lookOf(row)}`).values()];
  return {
    groups: all.filter((group) => group.length >= leastAlike),
    left: all.filter((group) => group.length < leastAlike).flat(),
  };
}

const lookOf = ({ cells }: PairRow): string =>
  cells.map((cell) => (cell === undefined ? "" : `${cell.verdict} ${cellText(cell)}`)).join("|");

function rowsOf(group: readonly PairRow[]): Row[] {
  const [head] = group;
  if (head === undefined || group.length < leastAlike) return group.map(plain);
  const needsAttention = head.cells.some((cell) => cell !== undefined && isProblem(cell.verdict));
  if (!needsAttention) return [{ label: groupLabel(group, "hosts"), cells: head.cells }];
  if (group.length <= examples + 1) return group.map(plain);
  const rest = group.slice(examples);
  return [...group.slice(0, examples).map(plain), { label: groupLabel(rest, "more"), cells: head.cells }];
}

const plain = ({ from, to, cells }: PairRow): Row => ({ label: pair(from, to), cells });

/** `cmk → 940 hosts (h001 … h940)`, `940 hosts (h001 … h940) → cmk`, `7 pairs (n1 → n2 … n7 → n8)`. */
function groupLabel(group: readonly PairRow[], noun: "hosts" | "more"): string {
  const sources = inOrder(group.map(({ from }) => from));
  const targets = inOrder(group.map(({ to }) => to));
  const several = (names: readonly string[]) => `${inThousands(names.length)} ${noun} (${names[0]} … ${names.at(-1)})`;
  if (group.every(({ from, to }) => from === to)) return `${several(sources)} → itself`;
  if (sources.length === 1) return `${sources[0]} → ${several(targets)}`;
  if (targets.length === 1) return `${several(sources)} → ${targets[0]}`;
  const pairs = group.map(({ from, to }) => pair(from, to));
  return `${inThousands(group.length)} ${noun === "more" ? "more pairs" : "pairs"} (${pairs[0]} … ${pairs.at(-1)})`;
}
