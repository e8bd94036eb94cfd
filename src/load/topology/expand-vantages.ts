import type { Topology } from "../../model/topology/topology.ts";
import type { VantageSpec } from "../../model/topology/vantage-spec.ts";

/** A node and the groups that it belongs to. */
interface Member {
  name: string;
  address: string;
  groups: readonly string[];
}

/**
 * How to send from each node: `vantages:` with its groups and patterns written out, and `{name}` and `{address}` put in.
 * The most specific entry counts: the node's own name, then a pattern (`web*`) by how much of it is no star, then a group
 * of nodes (`hosts`), then `"*"` alone.
 */
export function expandVantages(topology: Topology): Record<string, VantageSpec> {
  const written = Object.entries(topology.vantages);
  const named = membersOf(topology, (name) => Object.hasOwn(topology.vantages, name));
  const byName = new Map(named.map((member) => [member.name, member]));
  const isSingle = ([key]: readonly [string, VantageSpec]): boolean => byName.has(key);
  const wide = written.filter((entry) => !isSingle(entry)).toSorted(([one], [other]) => weight(other) - weight(one));
  const expanded = new Map<string, VantageSpec>();
  for (const [key, spec] of written.filter(isSingle)) expanded.set(key, fillIn(spec, byName.get(key)));
  if (wide.length === 0) return Object.fromEntries(expanded);
  for (const member of membersOf(topology, (name) => !expanded.has(name))) {
    const found = wide.find(([key]) => fits(key, member));
    if (found !== undefined) expanded.set(member.name, fillIn(found[1], member));
  }
  return Object.fromEntries(expanded);
}

/** True for a key that stands for several nodes by their names. */
export const isPattern = (key: string): boolean => key.includes("*");

/** True if a name is one that the pattern means; a star is any characters, or none. */
export const matches = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[^A-Za-z0-9*]/g, "\\$&").replaceAll("*", ".*")}$`).test(name);

function weight(key: string): number {
  if (!isPattern(key)) return 0.5; // a group: less than any letter, more than none
  return key.replaceAll("*", "").length;
}

const fits = (key: string, { name, groups }: Member): boolean =>
  isPattern(key) ? matches(key, name) : groups.includes(key);

function fillIn(spec: VantageSpec, member: Member | undefined): VantageSpec {
  if (member === undefined || typeof spec === "string" || !("exec" in spec)) return spec;
  const words = spec.exec.map((word) =>
    word.replaceAll("{name}", () => member.name).replaceAll("{address}", () => member.address),
  );
  return { ...spec, exec: words };
}

/** Of thousands of nodes most have no entry of their own, so no more is made of them. */
function membersOf(
  { server, remote_sites, hosts, clusters, relays }: Topology,
  isWanted: (name: string) => boolean,
): Member[] {
  const members = (group: string, nodes: readonly { name: string; address: readonly string[] }[]): Member[] =>
    nodes
      .filter(({ name }) => isWanted(name))
      .map(({ name, address }) => ({ name, address: address[0] ?? name, groups: [group] }));
  return [
    ...members("server", [server]),
    ...members("remote_sites", remote_sites),
    ...members("hosts", hosts),
    ...members(
      "clusters",
      clusters.flatMap(({ nodes }) => nodes),
    ),
    ...members("relays", relays),
  ];
}
