import type { ServiceEvidence } from "../../../model/service-evidence.ts";
import type { Found } from "./service-prober.ts";
import type { WireLog } from "./wire-log.ts";

/** Later than this, an answer that was waited for is a slow one. */
const slowAfterMsDefault = 5_000;

/** What the connections of one conversation, in the order in which they were opened, say of its pace. */
export type Pace = Pick<ServiceEvidence, "stalledAfter" | "sentBytes" | "waitedMs" | "slow">;

/**
 * Where a conversation stood that came to nothing, and for how long nothing came; or that the answer came, but late.
 * Empty where there is nothing to tell. The first connection decides where it stalled: it asks as the real client does.
 */
export function paceOf(
  { finding }: Pick<Found, "finding">,
  logs: readonly WireLog[],
  slowAfterMs = slowAfterMsDefault,
): Pace {
  const [first] = logs;
  if (finding === "unanswered" && first !== undefined) {
    return { stalledAfter: stageOf(first), sentBytes: first.sentBytes(), waitedMs: Math.round(first.silentMs()) };
  }
  const waitedMs = Math.max(0, ...logs.map((log) => log.longestWaitMs()));
  return waitedMs < slowAfterMs ? {} : { slow: true, waitedMs: Math.round(waitedMs) };
}

function stageOf(log: WireLog): NonNullable<Pace["stalledAfter"]> {
  if (log.tls === "begun") return log.hasReceived() ? "server-hello" : "client-hello";
  return log.sentBytes() === 0 ? "connect" : "question";
}
