import type { AccessEnd, AccessFamily } from "../model/firewall/access-rule.ts";
import { withoutZone } from "../model/address/ip-literal.ts";
import { familyOf } from "./access-packets.ts";

/** A node with its addresses, as the topology writes them. */
export interface AddressedNode {
  name: string;
  address: readonly string[];
}

/** A network that the topology writes as one, and the hosts that it stands for. */
export interface WrittenNetwork {
  /** `10.0.2.0/24` */
  network: string;
  /** What is shown instead of the hosts' names: `printers`. */
  name: string;
  nodes: readonly string[];
}

/** Gives a source its addresses of a family; a name may be of any, and a target that is a name may be asked over both. */
export function openSources(nodes: readonly AddressedNode[]): (name: string, family: AccessFamily) => AccessEnd {
  const byName = new Map(nodes.map((node) => [node.name, node.address.map(withoutZone)]));
  return (name, family) => ({
    name,
    addresses: (byName.get(name) ?? []).filter((address) => {
      const own = familyOf(address);
      return own === family || own === "name" || family === "name";
    }),
  });
}

/** Puts a network in place of its hosts where all of them are there; the topology says that they are that network. */
export function summarise(ends: readonly AccessEnd[], networks: readonly WrittenNetwork[]): AccessEnd[] {
  let rest = [...ends];
  const found: AccessEnd[] = [];
  for (const { network, name, nodes } of networks) {
    const present = new Set(rest.map((end) => end.name));
    if (nodes.length < 2 || !nodes.every((node) => present.has(node))) continue;
    const members = new Set(nodes);
    rest = rest.filter((end) => !members.has(end.name));
    found.push({ name, addresses: [network] });
  }
  return [...rest, ...found];
}
