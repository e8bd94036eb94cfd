import type { Flow } from "../model/flow.ts";
import type { Observation } from "../model/outcome.ts";
import type { Judgement, ResetOrigin } from "../model/run.ts";
import type { Senders } from "./sender.ts";

/** Adds to the judgement of a refused TCP flow where the reset came from, as far as its time to live shows it. */
export type TraceReset = (flow: Flow, judgement: Judgement) => Judgement;

/** What systems send packets with: Linux and most others 64, Windows 128, network devices 255. */
const initialTtls = [64, 128, 255] as const;

/** How many routers a packet has passed, if it set out with the nearest usual time to live. */
export function hopsOf(ttl: number): number {
  return (initialTtls.find((initial) => ttl <= initial) ?? ttl) - ttl;
}

/**
 * Compares a reset with other answers of the same address. Hosts may send resets with another initial time to live than
 * echo replies, so distances are compared. As far as another answer: probably the host. Nearer than all of them: probably
 * something in between. Farther: nothing can be said, because then the other answers came from something in between.
 */
export function originOf(resetTtl: number, otherTtls: Iterable<number>): ResetOrigin | undefined {
  const hops = hopsOf(resetTtl);
  const others = [...otherTtls].map(hopsOf);
  if (others.length === 0) return undefined;
  if (others.includes(hops)) return "host-likely";
  return others.every((distance) => hops < distance) ? "middlebox-likely" : undefined;
}

/** Reads the other answers, open ports and echo replies, from the run; only if a reset with a time to live asks. */
export function traceResets(
  flows: readonly Flow[],
  { placeOf: place }: Senders,
  observed: ReadonlyMap<string, { observation: Observation }>,
): TraceReset {
  let ttls: Map<string, Set<number>> | undefined;
  const collect = () => {
    const byPlace = new Map<string, Set<number>>();
    for (const flow of flows) {
      for (const answer of observed.get(flow.probe)?.observation.answers ?? []) {
        const { address, outcome, evidence } = answer;
        if (outcome.kind !== "open" || evidence.ttl === undefined || address === undefined) continue;
        if (evidence.replyFrom !== undefined && evidence.replyFrom !== address) continue;
        const key = place(flow, address);
        const known = byPlace.get(key);
        if (known === undefined) byPlace.set(key, new Set([evidence.ttl]));
        else known.add(evidence.ttl);
      }
    }
    return byPlace;
  };
  return (flow, judgement) => {
    const { outcome, address, evidence } = judgement;
    if (flow.protocol !== "tcp" || outcome !== "refused" || evidence.ttl === undefined) return judgement;
    ttls ??= collect();
    const resetFrom = originOf(evidence.ttl, ttls.get(place(flow, address)) ?? []);
    return resetFrom === undefined ? judgement : { ...judgement, evidence: { ...evidence, resetFrom } };
  };
}

/** True if a reset was seen whose distance is known: what is said of it depends on all other answers of the run. */
export const hasMeasuredReset = ({ answers }: Observation): boolean =>
  answers.some(({ outcome, evidence }) => outcome.kind === "refused" && evidence.ttl !== undefined);
