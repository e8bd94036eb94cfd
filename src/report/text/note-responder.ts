import type { ResponderFact } from "../../model/run/run.ts";

/** Why a node had no responder, or lost it while the network was checked; `undefined` where it had one. */
export function noteNoResponder({ node, held, inUse, failure }: ResponderFact): string | undefined {
  if (failure === undefined) return undefined;
  if (held + inUse === 0) return `There was no responder on ${node}: ${failure}. Its ports were asked as usual.`;
  return `The responder on ${node} was lost: ${failure}. What it did not tell of may have arrived.`;
}
