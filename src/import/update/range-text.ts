/** A text with one range: what stands before and after it, and the numbers that it counts, as they are written. */
interface OneRange {
  before: string;
  numbers: readonly string[];
  after: string;
}

function readRange(text: string): OneRange | undefined {
  const [, before, inside, after] = /^([^[\]]*)\[([^[\]]+)\]([^[\]]*)$/.exec(text) ?? [];
  if (before === undefined || inside === undefined || after === undefined) return undefined;
  const numbers = inside.split(",").flatMap((piece) => {
    const [first = "", last = first] = piece.split("-").map((end) => end.trim());
    const width = widthOf(first);
    const count = Number(last) - Number(first) + 1;
    return Array.from({ length: count }, (_, index) => String(Number(first) + index).padStart(width, "0"));
  });
  return { before, numbers, after };
}

/** The digits that a range which begins so writes at least. */
const widthOf = (first: string): number => (first.length > 1 && first.startsWith("0") ? first.length : 1);

/** Numbers as a range counts them: `01-04,06`. */
function writeRuns(numbers: readonly string[]): string {
  const runs: { first: string; last: string }[] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    const next = run === undefined ? "" : String(Number(run.last) + 1).padStart(widthOf(run.first), "0");
    if (run !== undefined && number === next) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(",");
}

/**
 * A text whose one range counts `count` numbers, without those at the places `without`. `undefined` for a text that has
 * no range, several, or one of another count, and where nothing would be left.
 */
export function rangeWithout(text: string, count: number, without: ReadonlySet<number>): string | undefined {
  const range = readRange(text);
  if (range === undefined || range.numbers.length !== count) return undefined;
  const left = range.numbers.filter((_, index) => !without.has(index));
  const [only] = left;
  if (only === undefined) return undefined;
  const inside = left.length === 1 ? only : `[${writeRuns(left)}]`;
  return `${range.before}${inside}${range.after}`;
}
