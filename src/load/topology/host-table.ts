import type { Problem } from "../../model/problem.ts";
import { type CsvRecord, readRecords } from "./csv-records.ts";
import { quote } from "../yaml/place.ts";
import type { Place } from "../yaml/place.ts";
import { didYouMean } from "../yaml/suggest.ts";

/** Columns of a host table, in any order; `name` and `address` are required. */
const hostColumns = ["name", "address", "site", "os", "agent", "ping"] as const;
type Column = (typeof hostColumns)[number];

type Cells = Partial<Record<Column, string | string[] | boolean>>;

/** One host as a row of a table gives it. */
export interface HostRow {
  /** Empty cells are absent. */
  cells: Cells;
  /** Which record of the text it is; `locate` wants it. */
  at: number;
}

/** What is in a table, and what is wrong with it. */
export interface HostTable {
  rows: HostRow[];
  problems: Problem[];
  /**
   * Place of a cell of the row that is record `at`, or of the row where the table has no such cell; `isEmpty` if the
   * row says nothing there. The text is read again for it, so that a large table is not kept in pieces.
   */
  locate: (at: number, column: string | undefined) => { place: Place; isEmpty: boolean };
}

/**
 * Reads a CSV table of hosts; see `readRecords`. The first line names the columns. A cell may hold several addresses,
 * separated by blanks or `;`. Columns of a place count characters in the line.
 */
export function readHostTable(text: string, file: string): HostTable {
  const refused = (problems: Problem[]): HostTable => ({
    rows: [],
    problems,
    locate: () => ({ place: { file }, isEmpty: true }),
  });
  let records: CsvRecord[];
  try {
    records = readRecords(text);
  } catch (error) {
    return refused([csvProblem(error, file)]);
  }
  const header = records[0];
  if (header === undefined) return refused([{ file, message: "the file is empty" }]);
  const columns = header.cells.map((name) => name.trim());
  if (columns.length === 1 && columns[0]?.includes(";")) {
    const message = "the cells are separated by semicolons; save the table with commas";
    return refused([{ file, line: header.line, column: 1, message }]);
  }
  if (columns.length > 50) {
    const message = `the header has ${columns.length} columns; known are ${hostColumns.join(", ")}`;
    return refused([{ file, line: header.line, column: 1, message }]);
  }
  const wrong = headerProblems(columns, header, file);
  if (wrong.length > 0) return refused(wrong);
  const problems: Problem[] = [];
  const rows: HostRow[] = [];
  for (const [at, record] of records.entries()) {
    if (at === 0 || record.cells.every((cell) => cell.trim() === "")) continue;
    const problem = rowProblem(record, columns, file);
    if (problem !== undefined) problems.push(problem);
    if (problem === undefined || problem.path === "ping") rows.push({ cells: cellsOf(record, columns), at });
  }
  return { rows, problems, locate: locator(text, columns, file) };
}

function csvProblem(error: unknown, file: string): Problem {
  const lines = error instanceof Error && "lines" in error ? Number(error.lines) : 1;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message =
    code === "CSV_QUOTE_NOT_CLOSED"
      ? "a double quote is opened and never closed"
      : code === "INVALID_OPENING_QUOTE" || code.startsWith("CSV_INVALID_CLOSING_QUOTE")
        ? 'a double quote stands inside a cell; quote the whole cell and double the inner one: "a ""b"" c"'
        : code === "CSV_MAX_RECORD_SIZE"
          ? "this row is longer than 65,536 characters; is a quote left open?"
          : `this is not CSV: ${error instanceof Error ? error.message : String(error)}`;
  return { file, line: Math.max(lines, 1), column: 1, message };
}

function headerProblems(columns: readonly string[], header: CsvRecord, file: string): Problem[] {
  const { line } = header;
  const problems: Problem[] = [];
  for (const [index, name] of columns.entries()) {
    const place = { file, line, column: columnOf(header.raw, index) };
    if (!(hostColumns as readonly string[]).includes(name)) {
      const guess = didYouMean(name, hostColumns) || `; known here: ${hostColumns.join(", ")}`;
      problems.push({ ...place, message: `unknown column ${quote(name)}${guess}` });
    } else if (columns.indexOf(name) !== index) {
      problems.push({ ...place, message: `the column ${quote(name)} stands here twice` });
    }
  }
  for (const name of ["name", "address"]) {
    if (!columns.includes(name)) {
      const message = `the column ${quote(name)} is missing; the first line names the columns: ${hostColumns.join(",")}`;
      problems.push({ file, line, column: 1, message });
    }
  }
  return problems;
}

const yes = /^(?:true|yes|1)$/i;
const no = /^(?:false|no|0)$/i;

/** What is wrong with a row; one whose `ping` is not understood is a row nonetheless. */
function rowProblem(record: CsvRecord, columns: readonly string[], file: string): Problem | undefined {
  const { cells, line, raw } = record;
  if (cells.some((cell) => /[\r\n]/.test(cell))) {
    const first = line - raw.trim().split(/\r\n|\r|\n/).length + 1;
    const message = "a cell cannot contain a line break; is a quote left open?";
    return { file, line: first, column: 1, message };
  }
  if (cells.length !== columns.length) {
    const message = `the header has ${columns.length} cells, this row ${cells.length}`;
    return { file, line, column: 1, message };
  }
  const ping = (cells[columns.indexOf("ping")] ?? "").trim();
  if (ping === "" || yes.test(ping) || no.test(ping)) return undefined;
  return { ...placeOf(record, columns, "ping", file), message: `${quote(ping)} is neither true nor false` };
}

function cellsOf(record: CsvRecord, columns: readonly string[]): Cells {
  const cells: Cells = {};
  for (const [index, column] of (columns as readonly Column[]).entries()) {
    const cell = (record.cells[index] ?? "").trim();
    if (cell === "") continue;
    if (column === "address") {
      const several = cell.split(/[\s;]+/).filter((part) => part !== "");
      cells.address = several.length === 1 ? (several[0] ?? cell) : several;
    } else if (column === "ping") cells.ping = yes.test(cell);
    else cells[column] = cell;
  }
  return cells;
}

function locator(text: string, columns: readonly string[], file: string): HostTable["locate"] {
  let again: CsvRecord[] | undefined;
  return (at, column) => {
    again ??= readRecords(text);
    const record = again[at];
    if (record === undefined) throw new Error(`${file} has no record ${at}`);
    const isEmpty = column === undefined || !Object.hasOwn(cellsOf(record, columns), column);
    return { place: placeOf(record, columns, column, file), isEmpty };
  };
}

function placeOf(
  { line, raw }: CsvRecord,
  columns: readonly string[],
  column: string | undefined,
  file: string,
): Place {
  const index = columns.findIndex((name) => name === column);
  if (column === undefined || index === -1) return { file, line, column: 1 };
  return { file, line, column: columnOf(raw, index), path: column };
}

/** Column, from 1, at which the cell with this index begins; commas inside quotes do not count. */
function columnOf(raw: string, cell: number): number {
  const text = raw.replace(/^[\r\n]+/, "").replace(/^\uFEFF/, "");
  let quoted = false;
  let seen = 0;
  for (let at = 0; at < text.length; at++) {
    if (seen === cell) return at + 1;
    if (text[at] === '"') quoted = !quoted;
    else if (text[at] === "," && !quoted) seen++;
  }
  return text.replace(/[\r\n]+$/, "").length + 1;
}
