import type { Flow } from "../model/flow.ts";
import type { Observation } from "../model/outcome.ts";
import { originOf } from "../model/hops.ts";
import type { Judgement } from "../model/run.ts";
import type { Senders } from "./sender.ts";

/** Adds to the judgement of a refused TCP flow where the reset came from, as far as its time to live shows it. */
export type TraceReset = (flow: Flow, judgement: Judgement) => Judgement;

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
