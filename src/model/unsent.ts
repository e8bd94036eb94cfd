import type { Answer, Evidence, Observation, UnsentCause } from "./outcome.ts";

/** The answer of a probe that this side could not send; the address is the caller's to add. */
export function unsent(
  cause: UnsentCause,
  detail: string,
  evidence: Evidence = {},
): Pick<Answer, "outcome" | "evidence"> {
  return { outcome: { kind: "unsent", cause, detail }, evidence };
}

/** The observation of a task of which nothing was sent to any address. */
export const nothingSent = (cause: UnsentCause, detail: string): Observation => ({ answers: [unsent(cause, detail)] });
