import { parse } from "csv-parse/sync";
import type { Problem } from "../model/problem.ts";
import { quote } from "./place.ts";
import type { Place } from "./place.ts";
import { didYouMean } from "./suggest.ts";

/** Columns of a host table, in any order; `name` and `address` are required. */
const hostColumns = ["name", "address", "site", "os", "agent", "ping"] as const;
type Column = (typeof hostColumns)[number];

/** One host as a row of a table gives it; empty cells are absent. */
export interface HostRow {
  cells: Partial<Record<Column, string | string[] | boolean>>;
  /** Place of a cell, or of the row where the table has no such cell. */
  locate: (column: string | undefined) => Place;
}

/** What is in a table, and what is wrong with it. */
export interface HostTable {
  rows: HostRow[];
  problems: Problem[];
}

interface RawRecord {
  record: string[];
  info: { lines: number };
  raw: string;
}

/**
 * Reads a CSV table of hosts (RFC 4180: commas, double quotes, LF or CRLF; a byte order mark and blank lines are
 * ignored). The first line names the columns. A cell may hold several addresses, separated by blanks or `;`.
 * Columns of a place count characters in the line.
 */
export function readHostTable(text: string, file: string): HostTable {
  let records: RawRecord[];
  try {
    // The types do not know what `info` and `raw` make of a record.
    records = parse(text, {
      bom: true,
      info: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 65_536,
    }) as unknown as RawRecord[];
  } catch (error) {
    return { rows: [], problems: [csvProblem(error, file)] };
  }
  const [header, ...body] = records;
  if (header === undefined) return { rows: [], problems: [{ file, message: "the file is empty" }] };
  const columns = header.record.map((name) => name.trim());
  if (columns.length === 1 && columns[0]?.includes(";")) {
    const message = "the cells are separated by semicolons; save the table with commas";
    return { rows: [], problems: [{ file, line: header.info.lines, column: 1, message }] };
  }
  if (columns.length > 50) {
    const message = `the header has ${columns.length} columns; known are ${hostColumns.join(", ")}`;
    return { rows: [], problems: [{ file, line: header.info.lines, column: 1, message }] };
  }
  const problems = headerProblems(columns, header, file);
  if (problems.length > 0) return { rows: [], problems };
  const rows: HostRow[] = [];
  for (const row of body) {
    const line = row.info.lines;
    if (row.record.every((cell) => cell.trim() === "")) continue;
    if (row.record.some((cell) => /[\r\n]/.test(cell))) {
      const first = line - row.raw.trim().split(/\r\n|\r|\n/).length + 1;
      problems.push({
        file,
        line: first,
        column: 1,
        message: "a cell cannot contain a line break; is a quote left open?",
      });
    } else if (row.record.length === columns.length) {
      rows.push(toRow(row, columns as Column[], file, problems));
    } else {
      const message = `the header has ${columns.length} cells, this row ${row.record.length}`;
      problems.push({ file, line, column: 1, message });
    }
  }
  return { rows, problems };
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

function headerProblems(columns: readonly string[], header: RawRecord, file: string): Problem[] {
  const line = header.info.lines;
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

function toRow(row: RawRecord, columns: readonly Column[], file: string, problems: Problem[]): HostRow {
  const line = row.info.lines;
  const locate: HostRow["locate"] = (column) => {
    const index = columns.findIndex((name) => name === column);
    if (index === -1) return { file, line, column: 1 };
    return { file, line, column: columnOf(row.raw, index), path: column ?? "" };
  };
  const cells: HostRow["cells"] = {};
  for (const [index, column] of columns.entries()) {
    const cell = (row.record[index] ?? "").trim();
    if (cell === "") continue;
    if (column === "address") {
      const several = cell.split(/[\s;]+/).filter((part) => part !== "");
      cells.address = several.length === 1 ? (several[0] ?? cell) : several;
    } else if (column === "ping") {
      const yes = /^(?:true|yes|1)$/i.test(cell);
      if (!yes && !/^(?:false|no|0)$/i.test(cell)) {
        problems.push({ ...locate("ping"), message: `${quote(cell)} is neither true nor false` });
      }
      cells.ping = yes;
    } else cells[column] = cell;
  }
  return { cells, locate };
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
