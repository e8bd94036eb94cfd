import type { Flow, Probe } from "../model/flow.ts";

/** Who sends for a flow, and the key of what is known of one sender's answers from one address. */
export interface Senders {
  senderOf(flow: Flow): string;
  placeOf(flow: Flow, address: string): string;
}

/** Nodes on one machine share a probe, so another node than the flow's own may send it. */
export function sendersOf(probes: ReadonlyMap<string, Probe>): Senders {
  const senderOf = ({ probe, from }: Flow): string => probes.get(probe)?.from ?? from;
  return { senderOf, placeOf: (flow, address) => placeAt(senderOf(flow), address) };
}

/** The key of one sender and one address, e.g. `cmk 10.0.0.5`. */
export const placeAt = (sender: string, address: string): string => `${sender} ${address}`;
