/** What a cell holds. A text is never a formula, however it begins. */
export type CellValue = string | number;

/** Formats of cells, by their place in `cellXfs` of the styles. */
const cellFormats = { header: 1, text: 2, quoted: 3, number: 4 } as const;

/** The most characters that a cell may hold (docs/notes/reporting.md). */
export const mostCharacters = 32_767;

/**
 * A text as XML 1.0. What XML cannot say, half characters too, is left out, and an underscore that would begin an escape of the format
 * (`_x0041_` is read as `A`) is escaped itself.
 */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** `A`, `Z`, `AA`: the letters of a column, counted from 0. */
export function columnLetters(at: number): string {
  const last = String.fromCodePoint(65 + (at % 26));
  return at < 26 ? last : `${columnLetters(Math.floor(at / 26) - 1)}${last}`;
}

/**
 * A cell. Texts are written as texts, which no program calculates. One that begins as a formula is marked like a text
 * with an apostrophe in front, so that it stays a text when somebody edits the cell.
 */
export function cellXml(value: CellValue, column: number, row: number): string {
  const place = `${columnLetters(column)}${row}`;
  if (value === "") return "";
  if (typeof value === "number") return `<c r="${place}" s="${cellFormats.number}"><v>${value}</v></c>`;
  const format = row === 1 ? cellFormats.header : /^[=+\-@\t\r\n]/.test(value) ? cellFormats.quoted : cellFormats.text;
  const text = escapeXml(fitted(value));
  return `<c r="${place}" s="${format}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}

/** A text that no cell can hold ends with how much is missing. */
function fitted(text: string): string {
  if (text.length <= mostCharacters) return text;
  const kept = mostCharacters - 60;
  return `${text.slice(0, kept)} … (${text.length - kept} more characters do not fit into a cell)`;
}
