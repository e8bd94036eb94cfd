import type { Verdict } from "./verdict.ts";

/**
 * Which verdict speaks for several, worst first. A failure that was seen stays true whatever else could not be tried,
 * so it outranks `error`; `error` outranks `unknown`, because it can be mended on this side and asked again; what was
 * not tried at all says least and never hides what was.
 */
export const worstFirst = ["fail", "error", "unknown", "warn", "pass", "skipped"] as const satisfies readonly Verdict[];

/** Rank of a verdict; 0 is the worst. */
export function severity(verdict: Verdict): number {
  return worstFirst.indexOf(verdict);
}
