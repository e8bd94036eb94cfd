import type { Answer, Observation, UnsentCause } from "../model/outcome.ts";
import { verdictOf } from "../model/reason.ts";
import type { Expectation, Stage } from "../model/verdict.ts";
import { rules } from "./rules.ts";

/** Causes on this side that may be gone a moment later. */
const passing: ReadonlySet<UnsentCause> = new Set([
  "descriptors",
  "source-ports",
  "connection-table-full",
  "name",
  "internal",
]);

/**
 * True if some flow that this observation serves would not pass, so that a confirmation is worth its packets. A pass
 * with a caveat is no surprise: a rejected SNMP user, for one, must not be tried again (docs/notes/probe-safety.md).
 * Silence where the port shall be blocked is what was hoped for. Silence that the prober itself has tried twice is
 * confirmed already.
 */
export function isSurprising(expectations: readonly Expectation[], stage: Stage, { answers }: Observation): boolean {
  return expectations.some((expectation) => answers.some((answer) => surprises(expectation, stage, answer)));
}

/** TCP's column is the strictest of the table: where UDP or ICMP is inconclusive or warns, TCP fails or passes alike. */
function surprises(expectation: Expectation, stage: Stage, { outcome, evidence }: Answer): boolean {
  if (outcome.kind === "unsent") return passing.has(outcome.cause);
  if (outcome.kind === "silent" && evidence.tries === 2) return false;
  const rule = rules[stage][expectation].tcp[outcome.kind];
  return verdictOf(("reason" in rule ? rule : rule.withControl).reason) === "fail";
}
