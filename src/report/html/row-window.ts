/** A run of rows that are drawn, or a blank of a number of rows between them. */
export type Stretch = { kind: "rows"; start: number; end: number } | { kind: "blank"; rows: number };

/** What the reader sees of a long table, in pixels. */
export interface Viewport {
  scrolled: number;
  height: number;
  rowHeight: number;
}

/** So many rows more than are seen are drawn above and below. */
const spare = 8;

/**
 * Which of `count` rows to draw: those in the viewport and a few more, and the row that has the focus wherever it is,
 * since a focused element that vanishes would throw the reader back to the start of the page.
 */
export function windowOf(count: number, { scrolled, height, rowHeight }: Viewport, focused?: number): Stretch[] {
  const start = Math.min(Math.max(0, Math.floor(scrolled / rowHeight) - spare), Math.max(0, count - 1));
  const end = Math.min(count, Math.ceil((scrolled + height) / rowHeight) + spare);
  const runs: [number, number][] = [[start, Math.max(start, end)]];
  if (focused !== undefined && focused < count && (focused < start || focused >= end)) {
    if (focused < start) runs.unshift([focused, focused + 1]);
    else runs.push([focused, focused + 1]);
  }
  const stretches: Stretch[] = [];
  let at = 0;
  for (const [first, last] of runs) {
    if (first > at) stretches.push({ kind: "blank", rows: first - at });
    if (last > first) stretches.push({ kind: "rows", start: first, end: last });
    at = last;
  }
  if (count > at) stretches.push({ kind: "blank", rows: count - at });
  return stretches;
}
