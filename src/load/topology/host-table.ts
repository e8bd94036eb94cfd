import type { Problem } from "../../model/text/problem.ts";
import { isIni } from "../foreign-file.ts";
import { quote } from "../yaml/place.ts";
import type { Place } from "../yaml/place.ts";
import { didYouMean } from "../yaml/suggest.ts";
import { type CsvRecord, readRecords } from "./csv-records.ts";
import { type Heading, hostColumns, isColumn, readHeadings } from "./table-columns.ts";
import { type Dialect, readDialect } from "./table-dialect.ts";
import type { Cells, Columns, Layout } from "./table-row.ts";
import { cellsOf, columnOf, placeOf, rowProblem, withoutEmptyEnd } from "./table-row.ts";

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

const firstLine = `the first line names the columns: ${hostColumns.join(",")}`;

/**
 * Reads a table of hosts as spreadsheets save it; see `readDialect` and `readRecords`. The first line names the columns,
 * see `readHeadings`. A cell may hold several addresses, separated by blanks, `;` or `,`. Columns of a place count
 * characters in the line. Of a file that is no such table nothing is repeated in a message.
 */
export function readHostTable(text: string, file: string): HostTable {
  const refused = (problems: Problem[]): HostTable => ({
    rows: [],
    problems,
    locate: () => ({ place: { file }, isEmpty: true }),
  });
  if (isIni(text) && !isDeclared(text)) {
    const message = `this is an INI file, such as an Ansible inventory, not a table; ${firstLine}`;
    return refused([{ file, line: 1, column: 1, message }]);
  }
  const dialect = readDialect(text);
  let records: CsvRecord[];
  try {
    records = recordsOf(dialect);
  } catch (error) {
    return refused([csvProblem(error, file, dialect.linesBefore)]);
  }
  const header = records[0];
  if (header === undefined) return refused([{ file, message: "the file is empty" }]);
  const names = withoutEmptyEnd(header.cells.map((name) => name.trim()));
  if (names.length > 50) {
    const message = `the header has ${names.length} columns; known are ${hostColumns.join(", ")}`;
    return refused([{ file, line: header.line, column: 1, message }]);
  }
  if (!names.some(isColumn)) {
    return refused([{ file, line: header.line, column: 1, message: `this is not a table of hosts; ${firstLine}` }]);
  }
  const headings = readHeadings(names);
  const wrong = headerProblems(headings, names, { ...header, file, delimiter: dialect.delimiter });
  if (wrong.length > 0) return refused(wrong);
  const layout: Layout = { ...dialect, columns: headings as Columns, file };
  const problems: Problem[] = [];
  const rows: HostRow[] = [];
  for (const [at, record] of records.entries()) {
    if (at === 0 || record.cells.every((cell) => cell.trim() === "")) continue;
    const problem = rowProblem(record, layout);
    if (problem !== undefined) problems.push(problem);
    if (problem === undefined || problem.path === "ping") rows.push({ cells: cellsOf(record, layout.columns), at });
  }
  return { rows, problems, locate: locator(layout) };
}

const isDeclared = (text: string): boolean => readDialect(text).linesBefore > 0;

function recordsOf({ body, delimiter, linesBefore }: Dialect): CsvRecord[] {
  const records = readRecords(body, delimiter);
  if (linesBefore > 0) for (const record of records) record.line += linesBefore;
  return records;
}

function csvProblem(error: unknown, file: string, linesBefore: number): Problem {
  const lines = error instanceof Error && "lines" in error ? Number(error.lines) + linesBefore : 1;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message =
    code === "CSV_QUOTE_NOT_CLOSED"
      ? "a double quote is opened and never closed"
      : code === "INVALID_OPENING_QUOTE" || code.startsWith("CSV_INVALID_CLOSING_QUOTE")
        ? 'a double quote stands inside a cell; quote the whole cell and double the inner one: "a ""b"" c"'
        : code === "CSV_MAX_RECORD_SIZE"
          ? "this row is longer than 65,536 characters; is a quote left open?"
          : `this is not CSV${code === "" ? "" : ` (${code})`}`;
  return { file, line: Math.max(lines, 1), column: 1, message };
}

function headerProblems(
  headings: readonly Heading[],
  names: readonly string[],
  header: CsvRecord & { file: string; delimiter: string },
): Problem[] {
  const { line, file, raw, delimiter } = header;
  const problems: Problem[] = [];
  for (const [index, heading] of headings.entries()) {
    if (typeof heading === "string") continue;
    const name = names[index] ?? "";
    const place = { file, line, column: columnOf(raw, index, delimiter) };
    if (heading.problem === "unknown") {
      const guess = didYouMean(name, hostColumns) || `; known here: ${hostColumns.join(", ")}`;
      problems.push({ ...place, message: `unknown column ${quote(name)}${guess}` });
    } else if (heading.first === name) {
      problems.push({ ...place, message: `the column ${quote(name)} stands here twice` });
    } else {
      problems.push({ ...place, message: `${quote(name)} means the same column as ${quote(heading.first)}` });
    }
  }
  for (const name of ["name", "address"] as const) {
    if (headings.includes(name)) continue;
    problems.push({ file, line, column: 1, message: `the column ${quote(name)} is missing; ${firstLine}` });
  }
  return problems;
}

function locator(layout: Layout): HostTable["locate"] {
  let again: CsvRecord[] | undefined;
  return (at, column) => {
    again ??= recordsOf(layout);
    const record = again[at];
    if (record === undefined) throw new Error(`${layout.file} has no record ${at}`);
    const isEmpty = column === undefined || !Object.hasOwn(cellsOf(record, layout.columns), column);
    return { place: placeOf(record, column, layout), isEmpty };
  };
}
