import type { Problem } from "../../model/text/problem.ts";
import { quote } from "../yaml/place.ts";
import type { Place } from "../yaml/place.ts";
import type { CsvRecord } from "./csv-records.ts";
import type { Column } from "./table-columns.ts";
import type { Dialect } from "./table-dialect.ts";

/** What a row says of its host; what it says nothing of is absent. */
export type Cells = Partial<Record<Column, string | string[] | boolean>>;

/** A column of a table, by its place; `unnamed` where the header is empty. */
export type Columns = readonly (Column | "unnamed")[];

/** A table as a text: what its cells are separated by, and its columns. */
export interface Layout extends Dialect {
  columns: Columns;
  file: string;
}

/** Spreadsheets write empty cells behind the last column that was ever used. */
export function withoutEmptyEnd(cells: readonly string[]): readonly string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell.trim() !== "") + 1);
}

/** Spreadsheets write the two in the language of their user. */
const yes = /^(?:true|yes|y|on|1|wahr|ja|vrai|oui|verdadero|sí|si|vero|waar)$/i;
const no = /^(?:false|no|n|off|0|falsch|nein|faux|non|falso|onwaar|nee)$/i;

/** What is wrong with a row; one whose `ping` is not understood is a row nonetheless. */
export function rowProblem(record: CsvRecord, layout: Layout): Problem | undefined {
  const { columns, file } = layout;
  const { cells, line, raw } = record;
  if (cells.some((cell) => /[\r\n]/.test(cell))) {
    const first = line - raw.trim().split(/\r\n|\r|\n/).length + 1;
    const message = "a cell cannot contain a line break; is a quote left open?";
    return { file, line: first, column: 1, message };
  }
  const filled = Math.max(withoutEmptyEnd(cells).length, Math.min(cells.length, columns.length));
  if (filled !== columns.length) {
    const message = `the header has ${columns.length} cells, this row ${filled}`;
    return { file, line, column: 1, message };
  }
  const stray = columns.findIndex((column, at) => column === "unnamed" && (cells[at] ?? "").trim() !== "");
  if (stray !== -1) {
    const column = columnOf(raw, stray, layout.delimiter);
    return { file, line, column, message: "this cell is in a column without a name" };
  }
  const ping = (cells[columns.indexOf("ping")] ?? "").trim();
  if (ping === "" || yes.test(ping) || no.test(ping)) return undefined;
  return { ...placeOf(record, "ping", layout), message: `${quote(ping)} is neither true nor false` };
}

/** Most cells are one word, and looking is cheaper than splitting. */
const wordsIn = (cell: string): string[] =>
  /[\s;,]/.test(cell) ? cell.split(/[\s;,]+/).filter((part) => part !== "") : [cell];

/** What a record says in each column. */
export function cellsOf(record: CsvRecord, columns: Columns): Cells {
  const cells: Cells = {};
  const addresses: string[] = [];
  for (const [index, column] of columns.entries()) {
    const cell = (record.cells[index] ?? "").trim();
    if (cell === "" || column === "unnamed") continue;
    if (column === "address") addresses.push(...wordsIn(cell));
    else if (column === "ping") cells.ping = yes.test(cell);
    else if (column === "special_agents" || column === "active_checks") cells[column] = wordsIn(cell);
    else cells[column] = column === "os" || column === "agent" ? cell.toLowerCase() : cell;
  }
  const [first] = addresses;
  if (first !== undefined) cells.address = addresses.length === 1 ? first : addresses;
  return cells;
}

/** Where the cell of a column stands, or the row where there is no such column. */
export function placeOf({ line, raw }: CsvRecord, column: string | undefined, layout: Layout): Place {
  const { columns, file, delimiter } = layout;
  const index = columns.findIndex((name) => name === column);
  if (column === undefined || index === -1) return { file, line, column: 1 };
  return { file, line, column: columnOf(raw, index, delimiter), path: column };
}

/** Column, from 1, at which the cell with this index begins; delimiters inside quotes do not count. */
export function columnOf(raw: string, cell: number, delimiter: string): number {
  const text = raw.replace(/^[\r\n]+/, "").replace(/^\uFEFF/, "");
  let quoted = false;
  let seen = 0;
  for (let at = 0; at < text.length; at++) {
    if (seen === cell) return at + 1;
    if (text[at] === '"') quoted = !quoted;
    else if (text[at] === delimiter && !quoted) seen++;
  }
  return text.replace(/[\r\n]+$/, "").length + 1;
}
