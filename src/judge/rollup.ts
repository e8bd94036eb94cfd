import type { Result, Summary } from "../model/run/run.ts";
import { type Counts, countVerdicts, worstFirst } from "../model/severity.ts";

type Judged = Pick<Result, "verdict">;

/** The verdict of the whole is the worst one of what was probed, `skipped` if nothing was. */
export const summaryOf = (counts: Counts): Summary => ({
  verdict: worstFirst.find((verdict) => counts[verdict] > 0) ?? "skipped",
  ...counts,
});

/** Counts results by verdict. */
export const summarise = (results: readonly Judged[]): Summary => summaryOf(countVerdicts(results));

/** What leaves a run undecided besides `unknown` and `error`. */
export interface Demands {
  /** Also `warn` and `skipped`. */
  strict: boolean;
  /** Also `skipped`. */
  complete: boolean;
}

/** The exit code of a run with these results, as `exitCodeOfSummary` has it. */
export const exitCodeOf = (results: readonly Judged[], options: Demands): 0 | 1 | 3 =>
  exitCodeOfSummary(summarise(results), options);

/**
 * The exit code (docs/ci.md): 1 for at least one fail, else 3 if something stayed undecided, else 0. Undecided are
 * `unknown` and `error`, and what `Demands` names. A run in which nothing at all was probed decided
 * nothing and gives 3.
 */
export function exitCodeOfSummary(summary: Summary, { strict, complete }: Demands): 0 | 1 | 3 {
  const { fail, unknown, error, warn, skipped, pass } = summary;
  if (fail > 0) return 1;
  if (unknown + error > 0 || pass + warn === 0) return 3;
  return (strict && warn > 0) || ((strict || complete) && skipped > 0) ? 3 : 0;
}
