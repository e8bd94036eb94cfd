/** Names shown in a list of what exists; more are counted only. */
const listed = 8;

/**
 * The candidate that `word` is most likely a misspelling of, or `undefined` if none is close. Close means at most one
 * edit for short words, two for words from six characters on, ignoring case; else a candidate that begins with
 * `word`, from three characters on. Ties go to the first candidate.
 */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  if (wanted.length > 80) return undefined;
  let limit = wanted.length >= 6 ? 2 : wanted.length >= 2 ? 1 : 0;
  let found: string | undefined;
  let completed: string | undefined;
  for (const candidate of candidates) {
    if (wanted.length >= 3 && completed === undefined && candidate.toLowerCase().startsWith(wanted))
      completed = candidate;
    if (Math.abs(candidate.length - wanted.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance > limit) continue;
    found = candidate;
    limit = distance - 1;
    if (limit < 0) break;
  }
  return found ?? completed;
}

/** `; did you mean "main"?` when a candidate is close, else nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const found = closest(word, candidates);
  return found === undefined ? "" : `; did you mean ${JSON.stringify(found)}?`;
}

/** Names in alphabetical order, separated by commas; after the eighth only their number. */
export function listNames(names: Iterable<string>): string {
  const sorted = [...names].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const shown = sorted.slice(0, listed).join(", ");
  return sorted.length > listed ? `${shown} and ${sorted.length - listed} more` : shown;
}

/** Least number of insertions, deletions, replacements and swaps of neighbours (Damerau, "optimal string alignment"). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
