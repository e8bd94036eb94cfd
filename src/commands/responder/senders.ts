import type { Arrival } from "../../model/run/responder.ts";

/** Who has which addresses, as far as it is known. */
export type AddressesOf = ReadonlyMap<string, ReadonlySet<string>>;

/** Tells whose an entry of the kernel's table is. */
export interface Senders {
  /** True if it comes from that node; `isAlone`: from that node alone something is expected at the port. */
  isFrom: (arrival: Arrival, node: string, isAlone: boolean) => boolean;
  /** True if it may come from any of them: an address that nobody is known to have. */
  isAnyones: (arrival: Arrival) => boolean;
}

/**
 * `own` are the addresses that nodes have, by the topology or as their probes left them; `arrived` those that requests of
 * theirs came from, which several may share where addresses are translated.
 */
export function knownSenders(own: AddressesOf, arrived: AddressesOf): Senders {
  const known = new Set([...own.values()].flatMap((addresses) => [...addresses]));
  const isAnyones = ({ from }: Arrival): boolean => !known.has(from);
  return {
    isFrom: (arrival, node, isAlone) =>
      own.get(node)?.has(arrival.from) === true ||
      arrived.get(node)?.has(arrival.from) === true ||
      (isAlone && isAnyones(arrival)),
    isAnyones,
  };
}

/** Collects addresses of nodes. */
export function collectAddresses(first: AddressesOf = new Map()) {
  const addresses = new Map([...first].map(([node, some]) => [node, new Set(some)]));
  return {
    addresses,
    add: (node: string, address: string) => void addresses.set(node, (addresses.get(node) ?? new Set()).add(address)),
  };
}
