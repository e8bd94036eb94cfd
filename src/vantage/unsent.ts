import type { Observation, UnsentCause } from "../model/outcome.ts";

/** The observation of a task of which nothing was sent to any address. */
export function unsent(cause: UnsentCause, detail: string): Observation {
  return { answers: [{ outcome: { kind: "unsent", cause, detail }, evidence: {} }] };
}
