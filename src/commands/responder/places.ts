import type { Flow } from "../../model/flow.ts";
import type { ResponderTransport } from "../../model/run/responder.ts";

/** A port that a node must offer, and the probes that ask it. */
export interface WantedPlace {
  protocol: ResponderTransport;
  /** As the topology writes it. */
  address: string;
  port: number;
  /** Ids of probes. */
  probes: readonly string[];
}

/** One port of one address as a key. */
export const placeKey = ({ protocol, address, port }: Omit<WantedPlace, "probes">): string =>
  `${protocol} ${address} ${port}`;

/** The ports that flows need on a node, each once. */
export function placesOn(node: string, flows: readonly Flow[]): WantedPlace[] {
  const places = new Map<string, Omit<WantedPlace, "probes"> & { probes: Set<string> }>();
  for (const { to, protocol, address, port, probe } of flows) {
    if (to !== node || protocol === "icmp" || port === undefined) continue;
    const key = placeKey({ protocol, address, port });
    const known = places.get(key);
    if (known === undefined) places.set(key, { protocol, address, port, probes: new Set([probe]) });
    else known.probes.add(probe);
  }
  return Array.from(places.values(), (place) => ({ ...place, probes: [...place.probes] }));
}
