import type { Flow } from "../model/flow.ts";
import { originOf } from "../model/run/hops.ts";
import type { Answer, Observation } from "../model/outcome.ts";
import type { ResetOrigin } from "../model/run/run.ts";
import type { Senders } from "./sender.ts";

/** Tells where the reset of a TCP flow came from, as far as its time to live shows it. */
export type TraceReset = (flow: Flow, answer: Answer) => ResetOrigin | undefined;

/** Times to live of what one address sent to one sender. */
interface Ttls {
  /** Of open ports and echo replies. */
  answers: Set<number>;
  resets: Set<number>;
}

/** Reads the other answers and resets from the run; only if a reset with a time to live asks. */
export function traceResets(
  flows: readonly Flow[],
  { addressKey: place }: Senders,
  observed: ReadonlyMap<string, { observation: Observation }>,
): TraceReset {
  let ttls: Map<string, Ttls> | undefined;
  const collect = () => {
    const byPlace = new Map<string, Ttls>();
    for (const flow of flows) {
      for (const answer of observed.get(flow.probe)?.observation.answers ?? []) {
        const { address, outcome, evidence } = answer;
        const isAnswer = outcome.kind === "open" && (evidence.replyFrom ?? address) === address;
        if (evidence.ttl === undefined || address === undefined || !(isAnswer || isMeasuredReset(answer))) continue;
        const key = place(flow, address);
        const known = byPlace.get(key) ?? { answers: new Set(), resets: new Set() };
        byPlace.set(key, known);
        (isAnswer ? known.answers : known.resets).add(evidence.ttl);
      }
    }
    return byPlace;
  };
  return (flow, answer) => {
    const { ttl, resetNearer } = answer.evidence;
    if (resetNearer !== undefined) return resetNearer ? "middlebox-likely" : "host-likely";
    if (flow.protocol !== "tcp" || ttl === undefined || answer.address === undefined) return undefined;
    if (!isMeasuredReset(answer)) return undefined;
    ttls ??= collect();
    const { answers, resets } = ttls.get(place(flow, answer.address)) ?? {};
    return originOf(ttl, answers ?? [], resets ?? []);
  };
}

/** A reset whose distance is known. An ICMP error that says the same is none. */
const isMeasuredReset = ({ outcome, evidence: { ttl, reporter } }: Answer): boolean =>
  outcome.kind === "refused" && ttl !== undefined && reporter === undefined;

/** True if a reset was seen whose distance is known: what is said of it depends on all other answers of the run. */
export const hasMeasuredReset = ({ answers }: Observation): boolean => answers.some(isMeasuredReset);
