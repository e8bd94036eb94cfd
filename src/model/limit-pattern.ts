import type { OutcomeKind } from "./outcome.ts";

/** How many new connections to one address were answered before all others were silent. */
export interface LimitPattern {
  answered: number;
  silent: number;
}

/** Fewer connections than these, answered and then not, may well be a coincidence. */
const least: LimitPattern = { answered: 4, silent: 3 };

/** Fewer connections than these cannot show the pattern. */
export const fewestForPattern = least.answered + least.silent;

/**
 * The pattern of a rule that limits new connections, in outcomes of ports of one address in the order in which they were
 * asked; `undefined` where the order is another, or too few were asked.
 */
export function limitPatternIn(outcomes: readonly (OutcomeKind | undefined)[]): LimitPattern | undefined {
  const answered = outcomes.findIndex((outcome) => outcome !== "open" && outcome !== "refused");
  const silent = outcomes.length - answered;
  if (answered < least.answered || silent < least.silent) return undefined;
  return outcomes.slice(answered).every((outcome) => outcome === "silent") ? { answered, silent } : undefined;
}
