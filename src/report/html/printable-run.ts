import { plainTexts } from "../../model/printable.ts";
import type { Result, Run } from "../../model/run.ts";

/**
 * A run with every foreign text made safe to show, as `plainTexts` does, but without a copy of each result that is
 * plain already: that is nearly every one, and copying 60,000 of them takes longer than all the rest of the report.
 */
export function printable({ results, ...rest }: Run): Run {
  return { ...plainTexts(rest), results: results.map((result) => (isPlain(result) ? result : plainTexts(result))) };
}

/** Visible ASCII, no escapes but those of quotes and backslashes, no blanks that `plainText` would take away. */
function isPlain(result: Result): boolean {
  const text = JSON.stringify(result);
  return /^[ -~]*$/.test(text) && !/\\[^"\\]| {2}|" | "/.test(text);
}
