import { parse } from "csv-parse/sync";

/** One record of a CSV text. */
export interface CsvRecord {
  cells: string[];
  /** Line, from 1, on which the record ends. */
  line: number;
  /** The record as it was written; line breaks may stand before and after it. */
  raw: string;
}

/** A record of this many characters has at most 65,536 bytes, whatever the characters. */
const surelyShort = 16_384;

/**
 * The records of a CSV text (RFC 4180: double quotes, LF or CRLF; a byte order mark and empty lines are ignored), whose
 * cells are separated by a comma or as `delimiter` says. Throws csv-parse's error for a text that is not CSV, or has a
 * record of more than 65,536 bytes.
 */
export function readRecords(text: string, delimiter = ","): CsvRecord[] {
  return readPlainRecords(text, delimiter) ?? parseRecords(text, delimiter);
}

/**
 * The records of a text without a double quote: each line is one, and each delimiter separates. That takes a tenth of the
 * parser's time. `undefined` for any other text, and where line breaks are mixed or a line may be too long.
 */
export function readPlainRecords(text: string, delimiter = ","): CsvRecord[] | undefined {
  if (text.includes('"') || /\r(?!\n)/.test(text)) return undefined;
  const lineBreak = text.includes("\r") ? "\r\n" : "\n";
  const records: CsvRecord[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split(lineBreak)
    .entries()) {
    if (raw.length > surelyShort || raw.includes("\n")) return undefined;
    if (raw !== "") records.push({ cells: raw.split(delimiter), line: index + 1, raw });
  }
  return records;
}

/** The records of any CSV text. */
export function parseRecords(text: string, delimiter = ","): CsvRecord[] {
  // The types do not know what `info` and `raw` make of a record.
  const records = parse(text, {
    bom: true,
    delimiter,
    info: true,
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 65_536,
  }) as unknown as { record: string[]; info: { lines: number }; raw: string }[];
  return records.map(({ record, info, raw }) => ({ cells: record, line: info.lines, raw }));
}
