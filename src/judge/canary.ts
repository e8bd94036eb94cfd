import type { Probe } from "../model/flow.ts";
import type { Observation, OutcomeKind } from "../model/outcome.ts";
import { traitsOf } from "../model/reason.ts";
import type { Ruling } from "./rules.ts";

/** What a canary said: the port that nobody should hold, and its outcome. */
export interface CanarySeen {
  port: number;
  outcome: OutcomeKind;
}

/** What canaries said, by sender and address (`placeAt`). */
export type Canaries = ReadonlyMap<string, CanarySeen>;

/** True if a port that must be open accepted a connection and nothing more is known: only then a canary is worth its packets. */
export function needsCanary({ spec, expectations }: Pick<Probe, "spec" | "expectations">, seen: Observation): boolean {
  if (spec.kind !== "tcp" || !expectations.includes("open")) return false;
  return seen.answers.some(({ outcome, evidence }) => {
    if (outcome.kind !== "open" || evidence.replyBytes !== undefined) return false;
    return evidence.service === undefined || evidence.service.finding === "handshake-only";
  });
}

/** A handshake proves nothing where the canary completed one as well. What a service itself said stays true. */
export function weighCanary(ruling: Ruling, canary: CanarySeen): Ruling {
  return isHandshakeOnly(ruling) && canary.outcome === "open"
    ? { reason: "everything-open", proof: "observed" }
    : ruling;
}

/** True for a ruling that a canary can take back. */
export function isHandshakeOnly({ reason }: Ruling): boolean {
  const traits = traitsOf(reason);
  return traits.verdict === "pass" && traits.isHandshakeOnly === true;
}
