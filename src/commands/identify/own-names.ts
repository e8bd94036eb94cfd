import type { Flow } from "../../model/flow.ts";
import type { Topology } from "../../model/topology/topology.ts";
import type { VantageSpec } from "../../model/topology/vantage-spec.ts";
import { nodesOf } from "./identify.ts";

/**
 * The probes that ask the machine they start on, by a name: from a node to itself, to another node of the same machine,
 * or to a name that the topology gives the sender. Only these may be sent where the name leads home; everywhere else it
 * is a mistake of the resolver (see `whyHome`).
 */
export function probesOfOwnNames(
  flows: readonly Flow[],
  topology: Topology,
  senders: ReadonlyMap<string, VantageSpec>,
): ReadonlySet<string> {
  const isHere = (node: string): boolean => senders.get(node) === "local";
  let namesOf: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  const isCalled = (node: string, name: string): boolean => {
    namesOf ??= new Map(nodesOf(topology).map((one) => [one.name, new Set([one.name.toLowerCase(), ...one.address])]));
    return namesOf.get(node)?.has(name) === true;
  };
  const own = new Set<string>();
  for (const { probe, from, to, address } of flows) {
    const isName = /[^\d.]/.test(address) && !address.includes(":");
    if (!isName) continue;
    if (from === to || (isHere(from) && isHere(to)) || isCalled(from, address)) own.add(probe);
  }
  return own;
}
