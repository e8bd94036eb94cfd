import type { Probe } from "../model/flow.ts";
import type { Answer, Observation, OutcomeKind } from "../model/outcome.ts";
import { traitsOf } from "../model/reason.ts";
import type { DecoySent } from "../model/run/run.ts";
import type { Ruling } from "./rules.ts";
import { placeAt } from "./sender.ts";

/** What a decoy port said: a port that no requirement names, and its outcome. */
export interface DecoySeen {
  port: number;
  outcome: OutcomeKind;
}

/** What decoys said, by sender and address (`placeAt`). */
export type Decoys = ReadonlyMap<string, DecoySeen>;

/** What was sent to decoy ports, in the form that judgements rest on. */
export const decoysOf = (sent: readonly DecoySent[]): Decoys =>
  new Map(sent.map(({ from, address, port, outcome }) => [placeAt(from, address), { port, outcome }]));

/** True if a port that must be open accepted a connection and nothing more is known: only then a decoy is worth its packets. */
export function needsDecoy({ spec, expectations }: Pick<Probe, "spec" | "expectations">, seen: Observation): boolean {
  if (spec.kind !== "tcp" || !expectations.includes("open")) return false;
  return seen.answers.some(isBareHandshake);
}

/** True for an address that accepted a connection and said no more. */
export function isBareHandshake({ outcome, evidence }: Answer): boolean {
  if (outcome.kind !== "open" || evidence.replyBytes !== undefined) return false;
  return evidence.service === undefined || evidence.service.finding === "handshake-only";
}

/** A handshake proves nothing where the decoy completed one as well. What a service itself said stays true. */
export function weighDecoy(ruling: Ruling, decoy: DecoySeen): Ruling {
  return isHandshakeOnly(ruling) && decoy.outcome === "open"
    ? { reason: "everything-open", proof: "observed" }
    : ruling;
}

/** True for a ruling that a decoy can take back. */
export function isHandshakeOnly({ reason }: Ruling): boolean {
  const traits = traitsOf(reason);
  return traits.verdict === "pass" && traits.isHandshakeOnly === true;
}
