import type { Result, Summary } from "../model/run.ts";
import { worstFirst } from "./severity.ts";

type Judged = Pick<Result, "verdict">;

/** Counts results by verdict; the verdict of the whole is the worst one of what was probed, `skipped` if nothing was. */
export function summarise(results: readonly Judged[]): Summary {
  const counts = { pass: 0, warn: 0, fail: 0, unknown: 0, error: 0, skipped: 0 };
  for (const { verdict } of results) counts[verdict] += 1;
  return { verdict: worstFirst.find((verdict) => counts[verdict] > 0) ?? "skipped", ...counts };
}

/**
 * The exit code of contract §5: 1 for at least one fail, else 3 if something stayed undecided, else 0. Undecided are
 * `unknown` and `error`, with `strict` also `warn` and `skipped`. A run in which nothing at all was probed decided
 * nothing and gives 3.
 */
export function exitCodeOf(results: readonly Judged[], { strict }: { strict: boolean }): 0 | 1 | 3 {
  const { fail, unknown, error, warn, skipped, pass } = summarise(results);
  if (fail > 0) return 1;
  if (unknown + error > 0 || pass + warn === 0) return 3;
  return strict && warn + skipped > 0 ? 3 : 0;
}
