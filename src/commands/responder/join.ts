import type { Flow, Probe } from "../../model/flow.ts";
import type { AtFarEnd } from "../../model/run/observed.ts";
import type { Arrival, ResponderPlace } from "../../model/run/responder.ts";
import { tagOf } from "./key.ts";
import { placeKey } from "./places.ts";
import { type AddressesOf, collectAddresses, knownSenders } from "./senders.ts";

/** Arrivals of one probe that a record keeps. */
const mostArrivals = 8;

/** What is known of the ports of one node. */
export interface NodeFarEnd {
  places: readonly ResponderPlace[];
  arrivals: readonly Arrival[];
  /** The kernel's tables were read again and again. */
  isWatched: boolean;
}

/** What joins arrivals with probes: who has which addresses, and which probes ask nothing that is answered. */
export interface Joining {
  flows: readonly Flow[];
  probes: readonly Probe[];
  /** Addresses of each node, as far as they are literals; those that probes were seen to leave from among them. */
  addressesOf: AddressesOf;
}

/**
 * The far ends of each probe by its id. A request names its probe; an entry of the kernel's table is that of the one
 * sender whose address it has, or, where an address is translated and nobody has it, of the only sender there is. Where it
 * may be anyone's, nobody's silence is a proof: it may have arrived.
 */
export function joinArrivals(
  nodes: ReadonlyMap<string, NodeFarEnd>,
  { flows, probes, addressesOf }: Joining,
): Map<string, AtFarEnd[]> {
  const found = new Map<string, AtFarEnd[]>();
  const probeOf = new Map(probes.map((probe) => [probe.id, probe]));
  const senderOf = new Map(flows.map(({ probe, from }) => [tagOf(probe), from]));
  const seen = collectAddresses();
  for (const { arrivals } of nodes.values())
    for (const { tag, from } of arrivals) {
      const sender = tag === undefined ? undefined : senderOf.get(tag);
      if (sender !== undefined) seen.add(sender, from);
    }
  const { isFrom, isAnyones } = knownSenders(addressesOf, seen.addresses);
  const indexes = new Map([...nodes].map(([node, { places, arrivals }]) => [node, indexOf(places, arrivals)]));
  const senders = new Map<string, Set<string>>();
  for (const { protocol, to, port, from } of flows) {
    const key = `${to} ${protocol} ${port}`;
    senders.set(key, (senders.get(key) ?? new Set()).add(from));
  }
  for (const { to, from, protocol, address, port, probe } of flows) {
    const [node, index] = [nodes.get(to), indexes.get(to)];
    if (node === undefined || index === undefined || found.has(probe) || protocol === "icmp" || port === undefined)
      continue;
    const isAlone = senders.get(`${to} ${protocol} ${port}`)?.size === 1;
    const spec = probeOf.get(probe)?.spec;
    const isMute = spec?.kind === "udp" && spec.payload === "empty";
    const byToken = index.byTag.get(tagOf(probe)) ?? [];
    const places = index.byAsked.get(placeKey({ protocol, address, port })) ?? [];
    const ends = places.map((place, at): AtFarEnd => {
      const isHere = ({ address }: Arrival): boolean =>
        address === place.address || (at === 0 && !places.some((one) => one.address === address));
      const atPlace = index.byPlace.get(placeKey(place)) ?? [];
      const arrivals = [...byToken.filter(isHere), ...atPlace.filter((arrival) => isFrom(arrival, from, isAlone))];
      const { state, holders, boundTo, waiting } = place;
      const isFlooded = place.isFlooded ?? (arrivals.length === 0 && atPlace.some(isAnyones) ? true : undefined);
      return {
        address: place.address,
        farEnd: {
          state,
          ...(holders === undefined ? {} : { holders }),
          ...(boundTo === undefined ? {} : { boundTo }),
          ...(isFlooded === undefined ? {} : { isFlooded }),
          ...(waiting === undefined ? {} : { waiting }),
          isWatched: node.isWatched,
          ...(isMute ? { isMute } : {}),
          arrivals: arrivals.slice(0, mostArrivals),
        },
      };
    });
    if (ends.length > 0) found.set(probe, ends);
  }
  return found;
}

function indexOf(places: readonly ResponderPlace[], arrivals: readonly Arrival[]) {
  const byAsked = new Map<string, ResponderPlace[]>();
  const byTag = new Map<string, Arrival[]>();
  const byPlace = new Map<string, Arrival[]>();
  const put = <Thing>(map: Map<string, Thing[]>, key: string, thing: Thing) =>
    void (map.get(key)?.push(thing) ?? map.set(key, [thing]));
  // What was said last of a port is what counts.
  const latest = new Map(places.flatMap((one) => (one.state === "released" ? [] : [[placeKey(one) + one.asked, one]])));
  for (const place of latest.values()) put(byAsked, placeKey({ ...place, address: place.asked }), place);
  for (const arrival of arrivals) {
    if (arrival.how === "token" && arrival.tag !== undefined) put(byTag, arrival.tag, arrival);
    if (arrival.how === "kernel") put(byPlace, placeKey(arrival), arrival);
  }
  return { byAsked, byTag, byPlace };
}
