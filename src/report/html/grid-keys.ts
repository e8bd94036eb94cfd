/** A cell of a grid: the row's place among those shown, and the column, 0 for the row's heading. */
export interface GridPosition {
  row: number;
  column: number;
}

/** Where a key leads in a grid, or nothing if the key does not move (ARIA APG, grid pattern). */
export function step(
  { row, column }: GridPosition,
  { key, ctrlKey }: { key: string; ctrlKey: boolean },
  { rows, columns, page }: { rows: number; columns: number; page: number },
): GridPosition | undefined {
  const to = (nextRow: number, nextColumn: number): GridPosition => ({
    row: Math.max(0, Math.min(rows - 1, nextRow)),
    column: Math.max(0, Math.min(columns - 1, nextColumn)),
  });
  switch (key) {
    case "ArrowUp":
      return to(row - 1, column);
    case "ArrowDown":
      return to(row + 1, column);
    case "ArrowLeft":
      return to(row, column - 1);
    case "ArrowRight":
      return to(row, column + 1);
    case "PageUp":
      return to(row - page, column);
    case "PageDown":
      return to(row + page, column);
    case "Home":
      return ctrlKey ? to(0, 0) : to(row, 0);
    case "End":
      return ctrlKey ? to(rows - 1, columns - 1) : to(row, columns - 1);
    default:
      return undefined;
  }
}
