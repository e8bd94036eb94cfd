import type { Flow, Probe } from "../model/flow.ts";

/** Finds a probe by its id. */
export type ProbeOf = (id: string) => Probe | undefined;

/** Who sends for a flow, and the key of what is known of one sender's answers from one address. */
export interface Senders {
  senderOf(flow: Flow): string;
  addressKey(flow: Flow, address: string): string;
}

/** The index of each list; as large as the list, so all that look into one list share it. */
const indexes = new WeakMap<readonly Probe[], ReadonlyMap<string, Probe>>();

/** Looks probes up by id; few runs ask, so the index is made by the first question. */
export function probesOf(probes: readonly Probe[]): ProbeOf {
  let byId: ReadonlyMap<string, Probe> | undefined;
  return (id) => {
    byId ??= indexOf(probes);
    return byId.get(id);
  };
}

function indexOf(probes: readonly Probe[]): ReadonlyMap<string, Probe> {
  const known = indexes.get(probes);
  if (known !== undefined) return known;
  const index = new Map<string, Probe>();
  for (const probe of probes) index.set(probe.id, probe);
  indexes.set(probes, index);
  return index;
}

/** Nodes on one machine share a probe, so another node than the flow's own may send it. */
export function sendersOf(probeOf: ProbeOf): Senders {
  const senderOf = ({ probe, from }: Flow): string => probeOf(probe)?.from ?? from;
  return { senderOf, addressKey: (flow, address) => placeAt(senderOf(flow), address) };
}

/** The key of one sender and one address, e.g. `cmk 10.0.0.5`. */
export const placeAt = (sender: string, address: string): string => `${sender} ${address}`;
