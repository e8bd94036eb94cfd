import Table from "cli-table3";
import { type Cell, cellText } from "./cell.ts";
import { columnsOf, wrap, underlineHead } from "../text/layout.ts";
import type { Column, Row, SectionMatrix } from "./matrix.ts";
import { type Dress, paint, plainSigns, sign } from "../text/palette.ts";

/** The border signs of cli-table3 for ASCII: corners and crossings are `+`. */
const asciiLines = {
  ...Object.fromEntries(
    ["top", "mid", "bottom"].flatMap((side) => [
      [side, "-"],
      [`${side}-mid`, "+"],
      [`${side}-left`, "+"],
      [`${side}-right`, "+"],
    ]),
  ),
  left: "|",
  right: "|",
  middle: "|",
};

/**
 * Draws the matrix of a section as lines of at most `width` columns: rows from → to, one column for each requirement.
 * Where the columns do not fit side by side, they continue in further tables under the same rows.
 */
export function drawMatrix(
  { columns, rows }: Pick<SectionMatrix, "columns" | "rows">,
  width: number,
  dress: Dress,
): string[] {
  const labels = rows.map(({ label }) => plainSigns(label, dress));
  const head = plainSigns("from → to", dress);
  const longest = Math.max(...[head, ...labels].map(columnsOf));
  const widths = columns.map((column, at) => columnWidth(column, rows, at));
  const roomForOne = width - Math.max(...widths, 0) - 7;
  const labelWidth = Math.min(longest, Math.max(roomForOne, 12), Math.max(24, Math.floor(width * 0.45)));
  return fold(widths, width - labelWidth - 4).flatMap((part) =>
    draw(part, { columns, rows, labels, head, labelWidth, widths, dress }),
  );
}

const columnWidth = ({ heading }: Column, rows: readonly Row[], at: number): number =>
  Math.max(
    ...heading.map(columnsOf),
    ...rows.map(({ cells }) => (cells[at] === undefined ? 0 : cellText(cells[at]).length + 2)),
  );

/** Splits column indexes into runs that fit into `room`; each column costs its width, two blanks and a line. */
function fold(widths: readonly number[], room: number): number[][] {
  const parts: number[][] = [[]];
  let used = 0;
  for (const [at, width] of widths.entries()) {
    if (used + width + 3 > room && parts.at(-1)?.length !== 0) {
      parts.push([]);
      used = 0;
    }
    parts.at(-1)?.push(at);
    used += width + 3;
  }
  return parts;
}

interface Drawing {
  columns: readonly Column[];
  rows: readonly Row[];
  labels: readonly string[];
  head: string;
  labelWidth: number;
  widths: readonly number[];
  dress: Dress;
}

function draw(part: readonly number[], { columns, rows, labels, head, labelWidth, widths, dress }: Drawing): string[] {
  const headings = part.map((at) => (columns[at]?.heading ?? ["", ""]).map((line) => plainSigns(line, dress)));
  const bold = (text: string) => paint("bold", text, dress);
  const table = new Table({
    head: [
      bold(head),
      ...headings.map(([name = "", where = ""]) =>
        where === "" ? bold(name) : `${bold(name)}\n${paint("dim", where, dress)}`,
      ),
    ],
    colWidths: [labelWidth + 2, ...part.map((at) => (widths[at] ?? 0) + 2)],
    chars: { ...(dress.unicode ? {} : asciiLines), mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
    style: { head: [], border: [] },
  });
  for (const [at, { cells }] of rows.entries()) {
    // A row without any cell in this part of the columns would only repeat its label.
    if (part.every((column) => cells[column] === undefined)) continue;
    table.push([
      wrap(labels[at] ?? "", labelWidth).join("\n"),
      ...part.map((column) => cellSign(cells[column], dress)),
    ]);
  }
  return underlineHead(table.toString().split("\n"), headings.some(([, where]) => where !== "") ? 2 : 1);
}

function cellSign(cell: Cell | undefined, dress: Dress): string {
  if (cell === undefined) return paint("dim", plainSigns("·", dress), dress);
  return paint(cell.verdict, `${sign(cell.verdict, dress)} ${cellText(cell)}`, dress);
}
