import type { Flow, Probe } from "../model/flow.ts";

/** Finds a probe by its id. */
export type ProbeOf = (id: string) => Probe | undefined;

/** Who sends for a flow, and the key of what is known of one sender's answers from one address. */
export interface Senders {
  senderOf(flow: Flow): string;
  addressKey(flow: Flow, address: string): string;
}

/** Looks probes up by id; few runs ask, so the index is made by the first question. */
export function probesOf(probes: readonly Probe[]): ProbeOf {
  let byId: Map<string, Probe> | undefined;
  return (id) => {
    byId ??= new Map(probes.map((probe) => [probe.id, probe]));
    return byId.get(id);
  };
}

/** Nodes on one machine share a probe, so another node than the flow's own may send it. */
export function sendersOf(probeOf: ProbeOf): Senders {
  const senderOf = ({ probe, from }: Flow): string => probeOf(probe)?.from ?? from;
  return { senderOf, addressKey: (flow, address) => placeAt(senderOf(flow), address) };
}

/** The key of one sender and one address, e.g. `cmk 10.0.0.5`. */
export const placeAt = (sender: string, address: string): string => `${sender} ${address}`;
