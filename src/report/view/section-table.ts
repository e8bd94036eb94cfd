import { type Cell, cellText } from "./cell.ts";
import { columnsOf, wrap } from "../text/layout.ts";
import { drawTable, type Field } from "../text/table.ts";
import type { Column, Row, SectionMatrix } from "./section-matrix.ts";
import { type Dress, paint, plainSigns, sign } from "../text/palette.ts";

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
  const bold = (text: string) => paint("bold", text, dress);
  const heading = (at: number): Field => {
    const [name = "", where = ""] = (columns[at]?.heading ?? []).map((line) => plainSigns(line, dress));
    return {
      lines: where === "" ? [name] : [name, where],
      dress: (line, at) => (at === 0 ? bold(line) : paint("dim", line, dress)),
    };
  };
  const drawn = rows.flatMap(({ cells }, at): Field[][] => {
    // A row without any cell in this part of the columns would only repeat its label.
    if (part.every((column) => cells[column] === undefined)) return [];
    return [[{ lines: wrap(labels[at] ?? "", labelWidth) }, ...part.map((column) => field(cells[column], dress))]];
  });
  return drawTable([{ lines: [head], dress: bold }, ...part.map(heading)], drawn, {
    widths: [labelWidth, ...part.map((at) => widths[at] ?? 0)],
    unicode: dress.unicode,
  });
}

function field(cell: Cell | undefined, dress: Dress): Field {
  if (cell === undefined) return { lines: [plainSigns("·", dress)], dress: (line) => paint("dim", line, dress) };
  return {
    lines: [`${sign(cell.verdict, dress)} ${cellText(cell)}`],
    dress: (line) => paint(cell.verdict, line, dress),
  };
}
