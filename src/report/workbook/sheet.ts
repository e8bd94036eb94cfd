import { type CellValue, cellXml, columnLetters } from "./cell.ts";

/** A column: what its first row says, and how wide it is, in characters. */
export interface Column {
  title: string;
  width: number;
}

/** One sheet: the first row has the titles and stays in view; each column can be filtered. */
export interface Sheet {
  /** At most 31 characters, none of `[]:*?/\`. */
  name: string;
  columns: readonly Column[];
  rows: readonly (readonly CellValue[])[];
}

/** The most rows that a sheet may have, the titles included (docs/notes/reporting.md). */
export const mostRows = 1_048_576;
const rowsOfPiece = 1000;

/** The XML of a sheet, in pieces. */
export function* sheetXml({ name, columns, rows }: Sheet): Generator<string> {
  if (rows.length >= mostRows) {
    throw new Error(`${rows.length} rows do not fit into the sheet "${name}", which takes ${mostRows - 1}; use csv`);
  }
  const area = `A1:${columnLetters(columns.length - 1)}${rows.length + 1}`;
  const widths = columns.map(
    ({ width }, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`,
  );
  yield `${xmlHead}<worksheet xmlns="${mainNamespace}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="${area}"/><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join("")}</cols><sheetData>`;
  yield rowXml(
    columns.map(({ title }) => title),
    1,
  );
  for (let first = 0; first < rows.length; first += rowsOfPiece) {
    const piece = rows.slice(first, first + rowsOfPiece);
    yield piece.map((row, at) => rowXml(row, first + at + 2)).join("");
  }
  yield `</sheetData><autoFilter ref="${area}"/><pageSetup orientation="landscape" fitToHeight="0"/></worksheet>`;
}

const rowXml = (cells: readonly CellValue[], row: number): string =>
  `<row r="${row}">${cells.map((value, column) => cellXml(value, column, row)).join("")}</row>`;

/** How every part begins. */
export const xmlHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** The namespace of workbooks, sheets and styles (ECMA-376, part 1). */
export const mainNamespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
