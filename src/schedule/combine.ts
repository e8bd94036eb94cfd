import type { Observed } from "../model/run/observed.ts";
import type { Answer, Observation, Outcome } from "../model/outcome.ts";

const none: readonly never[] = [];

/** How much an outcome says: something came back, nothing came back, nothing was sent. */
function informedness(outcome: Outcome): number {
  if (outcome.kind === "unsent") return 0;
  return outcome.kind === "silent" ? 1 : 2;
}

function sameOutcome(left: Outcome, right: Outcome): boolean {
  if (left.kind === "unsent" && right.kind === "unsent") return left.cause === right.cause;
  return left.kind === right.kind;
}

/** True if some answer of `attempt` is missing from `combined`, so that leaving the attempt out would lose a fact. */
function addsFacts(attempt: Observation, combined: Observation): boolean {
  return attempt.answers.some((answer) => {
    const kept = combined.answers.find(({ address }) => address === answer.address);
    return kept === undefined || !sameOutcome(kept.outcome, answer.outcome);
  });
}

/**
 * Makes one observation of several attempts (oldest first, at least one). For each address the best informed answer
 * counts, the latest of equals. An answer without an address (the name did not resolve, the vantage point broke off)
 * counts only if no attempt reached an address, and that two tries were needed is not forgotten. `earlier` holds every attempt that saw something else, oldest first.
 */
export function combine(attempts: readonly Observation[]): {
  observation: Observation;
  earlier: readonly Observation[];
} {
  const [first, ...others] = attempts;
  if (first === undefined) throw new Error("no attempt, no observation");
  if (others.length === 0) return { observation: first, earlier: none };
  const best = new Map<string | undefined, Answer>();
  for (const { answers } of attempts) {
    for (const answer of answers) {
      const previous = best.get(answer.address);
      if (previous !== undefined && informedness(previous.outcome) > informedness(answer.outcome)) continue;
      if (previous?.evidence.tries === 2 && sameOutcome(previous.outcome, answer.outcome)) continue;
      best.set(answer.address, answer);
    }
  }
  if (best.size > 1) best.delete(undefined);
  const observation = { answers: [...best.values()] };
  return { observation, earlier: attempts.filter((attempt) => addsFacts(attempt, observation)) };
}

/** What is known when a probe that had ended was asked once more, later and in another way. */
export const joinLater = (
  before: Observed,
  seen: Observed,
): Pick<Observed, "observation" | "earlier" | "attempts"> => ({
  ...combine([...before.earlier, before.observation, seen.observation]),
  attempts: before.attempts + seen.attempts,
});
