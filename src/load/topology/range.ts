import { quote } from "../yaml/place.ts";

/** A text with ranges, counted but not yet written out. */
export interface Pattern {
  /** How many texts it stands for; 1 if it has no range. */
  count: number;
  /** The text at `index`, from 0; with several ranges the last one counts fastest. */
  at: (index: number) => string;
}

interface Run {
  first: number;
  count: number;
  width: number;
}

type Part = string | { runs: Run[]; count: number };

/**
 * Reads `web[01-20]`, `db[1-5,8]` or `rack[1-2]-web[01-20]`. Numbers are decimal and have at most nine digits; those
 * with leading zeros keep their width (`[08-10]` is 08, 09, 10). Several ranges multiply: the example with two racks
 * gives 40 texts. Returns a sentence on what is wrong otherwise. Nothing is written out, whatever the size.
 */
export function readPattern(text: string): Pattern | string {
  const parts: Part[] = [];
  for (const piece of text.split(/(\[[^[\]]*\])/)) {
    if (!piece.startsWith("[") || !piece.endsWith("]")) {
      if (/[[\]]/.test(piece)) return `${quote(text)} has a bracket without its partner; a range is written [01-20]`;
      if (piece !== "") parts.push(piece);
      continue;
    }
    const runs = readRuns(piece.slice(1, -1));
    if (typeof runs === "string") return `the range ${quote(piece)} ${runs}`;
    parts.push({ runs, count: runs.reduce((sum, run) => sum + run.count, 0) });
  }
  const count = parts.reduce((product, part) => product * (typeof part === "string" ? 1 : part.count), 1);
  return { count, at: (index) => write(parts, index) };
}

/** True if a text has brackets and so must be read as a pattern. */
export function hasRange(text: string): boolean {
  return text.includes("[") || text.includes("]");
}

function readRuns(inside: string): Run[] | string {
  const runs: Run[] = [];
  for (const piece of inside.split(",")) {
    const match = /^ *(\d{1,9})(?: *- *(\d{1,9}))? *$/.exec(piece);
    if (match === null) return "is not understood; write numbers, as in [01-20] or [1-5,8]";
    const [, from = "", to = from] = match;
    const first = Number(from);
    const last = Number(to);
    if (last < first) return `runs backwards; write [${to}-${from}]`;
    const padded = (digits: string): boolean => digits.length > 1 && digits.startsWith("0");
    if (padded(to) && to.length !== from.length) return "has ends of different width; write as many digits in both";
    runs.push({ first, count: last - first + 1, width: padded(from) ? from.length : 1 });
  }
  return runs;
}

function write(parts: readonly Part[], index: number): string {
  let rest = index;
  let text = "";
  for (const part of parts.toReversed()) {
    if (typeof part === "string") {
      text = part + text;
      continue;
    }
    let offset = rest % part.count;
    rest = Math.floor(rest / part.count);
    for (const run of part.runs) {
      if (offset < run.count) {
        text = String(run.first + offset).padStart(run.width, "0") + text;
        break;
      }
      offset -= run.count;
    }
  }
  return text;
}
