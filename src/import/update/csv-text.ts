/** A piece of a text, from `start` to before `end`. */
export interface Span {
  start: number;
  end: number;
}

/** A record of a CSV text: its cells, quotes included, and where the next record begins. */
export interface RecordSpan extends Span {
  cells: readonly Span[];
  next: number;
}

/** A text in place of a piece of another. */
export interface Edit extends Span {
  text: string;
}

/**
 * Where the records of a CSV text stand and their cells. The text is one that a CSV parser has read without a complaint;
 * empty lines are no records, as there.
 */
export function csvSpans(text: string, delimiter: string, from = 0): RecordSpan[] {
  const records: RecordSpan[] = [];
  let cells: Span[] = [];
  let [recordStart, cellStart, isQuoted] = [from, from, false];
  const endCell = (end: number): void => void cells.push({ start: cellStart, end });
  const endRecord = (end: number, next: number): void => {
    endCell(end);
    if (end > recordStart) records.push({ start: recordStart, end, next, cells });
    [cells, recordStart, cellStart] = [[], next, next];
  };
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') isQuoted = !isQuoted; // a doubled quote turns it twice
    else if (isQuoted) continue;
    else if (sign === delimiter) {
      endCell(at);
      cellStart = at + 1;
    } else if (sign === "\n" || sign === "\r") {
      const next = sign === "\r" && text[at + 1] === "\n" ? at + 2 : at + 1;
      endRecord(at, next);
      at = next - 1;
    }
  }
  if (recordStart < text.length) endRecord(text.length, text.length);
  return records;
}

/** A text as a cell: quoted where its signs would be read otherwise (RFC 4180). */
export const csvCell = (text: string, delimiter: string): string =>
  text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** The text with its edits, which do not overlap; everything else stays as it is, byte by byte. */
export function withEdits(text: string, edits: readonly Edit[]): string {
  let [result, at] = ["", 0];
  for (const { start, end, text: piece } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, start) + piece;
    at = end;
  }
  return result + text.slice(at);
}
