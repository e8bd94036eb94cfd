import type { Verdict } from "./verdict.ts";

/**
 * Which verdict speaks for several, worst first. A failure that was seen stays true whatever else could not be tried,
 * so it outranks `error`; `error` outranks `unknown`, because it can be mended on this side and asked again; what was
 * not tried at all says least and never hides what was.
 */
export const worstFirst = ["fail", "error", "unknown", "warn", "pass", "skipped"] as const satisfies readonly Verdict[];

/** Rank of a verdict; 0 is the worst. */
export const severity = (verdict: Verdict): number => worstFirst.indexOf(verdict);

/** The worst verdict among some results, `skipped` if there are none. */
export function worstOf(results: readonly { verdict: Verdict }[]): Verdict {
  return worstFirst.find((verdict) => results.some((result) => result.verdict === verdict)) ?? "skipped";
}

/** True for what is not as it should be, or could not be told. */
export const isProblem = (verdict: Verdict): boolean =>
  verdict === "fail" || verdict === "error" || verdict === "unknown";

/** How many there are of each verdict. */
export type Counts = Record<Verdict, number>;

/** None of any verdict. */
export const noCounts = (): Counts => ({ pass: 0, warn: 0, fail: 0, unknown: 0, error: 0, skipped: 0 });

/** Counts results by verdict. */
export function countVerdicts(results: readonly { verdict: Verdict }[]): Counts {
  const counts = noCounts();
  for (const { verdict } of results) counts[verdict] += 1;
  return counts;
}
