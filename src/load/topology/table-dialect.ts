import { isColumn } from "./table-columns.ts";

/** How the cells of a table are separated, and where it begins. */
export interface Dialect {
  delimiter: string;
  /** The table without a `sep=` line. */
  body: string;
  /** Lines in front of the body. */
  linesBefore: number;
}

/** A spreadsheet separates with a comma, or with a semicolon where the comma is the decimal sign, or with tabs. */
const delimiters = [",", ";", "\t", "|"] as const;

/**
 * Finds out how the cells of a table are separated: as its line `sep=;` says, which Excel writes and reads, else by the
 * sign that makes most known columns out of the first line.
 */
export function readDialect(text: string): Dialect {
  const unmarked = text.replace(/^\uFEFF/, "");
  const declared = /^"?sep=([^\w\r\n"])"?[,;\t|]*(?:\r\n|\r|\n|$)/i.exec(unmarked);
  if (declared !== null)
    return { delimiter: declared[1] ?? ",", body: unmarked.slice(declared[0].length), linesBefore: 1 };
  const header = /[^\r\n]+/.exec(unmarked)?.[0] ?? "";
  const known = (delimiter: string): number =>
    header.length > 16_384 ? 0 : header.split(delimiter).filter((cell) => isColumn(cell)).length;
  const delimiter = delimiters.reduce((best, one) => (known(one) > known(best) ? one : best));
  return { delimiter, body: text, linesBefore: 0 };
}

/** True if the first line of a text names at least two columns of a host table, and does not begin as JSON does. */
export function isHostTable(text: string): boolean {
  if (/^\uFEFF?\s*[{[]/.test(text)) return false;
  const { delimiter, body } = readDialect(text);
  const header = /[^\r\n]+/.exec(body)?.[0] ?? "";
  return header.length < 4_096 && header.split(delimiter).filter((cell) => isColumn(cell)).length >= 2;
}
