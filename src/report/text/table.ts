import { columnsOf } from "./layout.ts";

/** What is in one field of a table. */
export interface Field {
  /** One after the other; each fits into its column. */
  lines: readonly string[];
  /** Dresses a line, by its number in the field, without changing its width. */
  dress?: (line: string, at: number) => string;
}

const unicodeLines = { top: "┌─┬┐", middle: "├─┼┤", bottom: "└─┴┘", upright: "│" } as const;
const asciiLines = { top: "+-++", middle: "+-++", bottom: "+-++", upright: "|" } as const;

/**
 * Draws a table with one line under its heading and none between its rows. `widths` are those of the columns, without
 * the blank on either side. Every line is drawn once, whatever the other lines are: a table of foreign text may be long.
 */
export function drawTable(
  head: readonly Field[],
  rows: readonly (readonly Field[])[],
  { widths, unicode = true }: { widths: readonly number[]; unicode?: boolean },
): string[] {
  const signs = unicode ? unicodeLines : asciiLines;
  const border = ([left, line = "", crossing, right]: string): string =>
    `${left}${widths.map((width) => line.repeat(width + 2)).join(crossing)}${right}`;
  const draw = (row: readonly Field[]): string[] => drawRow(row, widths, signs.upright);
  return [border(signs.top), ...draw(head), border(signs.middle), ...rows.flatMap(draw), border(signs.bottom)];
}

function drawRow(row: readonly Field[], widths: readonly number[], upright: string): string[] {
  const height = row.reduce((most, { lines }) => Math.max(most, lines.length), 1);
  return Array.from({ length: height }, (_, at) => {
    const fields = widths.map((width, column) => drawLine(row[column], at, width));
    return `${upright} ${fields.join(` ${upright} `)} ${upright}`;
  });
}

function drawLine(field: Field | undefined, at: number, width: number): string {
  const line = field?.lines[at] ?? "";
  const shown = line === "" || field?.dress === undefined ? line : field.dress(line, at);
  return `${shown}${" ".repeat(Math.max(0, width - columnsOf(line)))}`;
}

/** Takes columns from the widest until all fit, but leaves each 6. */
export function fitWidths(widths: readonly number[], room: number): number[] {
  const fitted = [...widths];
  for (let excess = fitted.reduce((sum, one) => sum + one, 0) - room; excess > 0; excess--) {
    const widest = fitted.indexOf(Math.max(...fitted));
    if ((fitted[widest] ?? 0) <= 6) break;
    fitted[widest] = (fitted[widest] ?? 0) - 1;
  }
  return fitted;
}
