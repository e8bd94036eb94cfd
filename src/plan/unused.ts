import type { Catalog, Requirement } from "../model/catalog.ts";
import type { Flow } from "../model/flow.ts";
import type { Outgoing } from "../model/topology/outgoing.ts";
import type { Server, Topology } from "../model/topology/topology.ts";
import { meansRequirement } from "./accepted.ts";

/** A part of a topology of which no flow comes, and why. */
export interface Unused {
  path: PropertyKey[];
  message: string;
}

/** Who listens for each kind of outgoing service, as the catalog calls it; plug-ins have notes of their own. */
const outgoingRoles: Readonly<Record<Exclude<keyof Outgoing, "notifications" | "exports">, string>> = {
  dns: "dns-server",
  ntp: "ntp-server",
  smtp: "mail-server",
  ldap: "directory-server",
  license: "license-server",
  proxy: "proxy",
};

/**
 * What a topology says and no flow of the whole plan uses: a feature whose other end does not exist, a port of a service
 * that is not enabled, an outgoing service that the catalog does not know, a relay that nothing is required of. They are
 * no mistakes, but whoever wrote them should know. A host without agent, ping and SNMP says itself that it has none.
 */
export function unusedParts(catalog: Catalog, topology: Topology, flows: readonly Flow[]): Unused[] {
  const name = `${catalog.product}/${catalog.version}`;
  const used = usedParts(catalog, flows, ownersOfParts(topology));
  const found: Unused[] = [];
  const need = `catalog ${name} requires no flow of this topology for it`;
  const features = (owner: string, list: readonly string[], path: PropertyKey[]): void => {
    for (const [index, feature] of list.entries()) {
      if (!used.features.has(`${owner} ${feature}`))
        found.push({ path: [...path, "features", index], message: `the feature ${feature} is not used: ${need}` });
    }
  };
  const ports = (owner: string, overrides: Readonly<Partial<Record<string, number>>>, path: PropertyKey[]): void => {
    for (const [service, port] of Object.entries(overrides)) {
      if (!used.ports.has(`${owner} ${service} ${port}`))
        found.push({ path: [...path, "ports", service], message: `port ${port} is not used: ${need}` });
    }
  };
  const outgoing = (owner: string, services: Outgoing | undefined, path: PropertyKey[]): void => {
    const { address, port } = services?.proxy ?? {};
    if (flows.some((flow) => flow.from === owner && flow.address === address && flow.port === port))
      used.outgoing.add(`${owner} proxy`);
    for (const [service, role] of Object.entries(outgoingRoles)) {
      const wanted = services?.[service as keyof Outgoing];
      const isWanted = Array.isArray(wanted) ? wanted.length > 0 : wanted !== undefined && wanted !== false;
      if (isWanted && !used.outgoing.has(`${owner} ${role}`))
        found.push({ path: [...path, service], message: `this is not used: ${need}` });
    }
  };
  const node = (owner: string, path: PropertyKey[]): void => {
    if (!used.nodes.has(owner)) found.push({ path, message: `nothing is checked from or to ${owner}` });
  };
  const server = (one: Server, path: PropertyKey[]): void => {
    features(one.name, one.features, path);
    ports(one.name, one.ports, path);
    outgoing(one.name, one.outgoing, [...path, "outgoing"]);
    for (const [index, site] of one.sites.entries()) {
      features(one.name, site.features, [...path, "sites", index]);
      ports(one.name, site.ports, [...path, "sites", index]);
    }
  };
  found.push(...unusedAcceptance(catalog, topology, flows));
  server(topology.server, ["server"]);
  outgoing(topology.server.name, topology.outgoing, ["outgoing"]);
  for (const [index, remote] of topology.remote_sites.entries()) {
    server(remote, ["remote_sites", index]);
    node(remote.name, ["remote_sites", index]);
  }
  for (const [index, host] of topology.hosts.entries()) {
    for (const _ in host.ports) {
      ports(host.name, host.ports, ["hosts", index]); // once; most hosts have none
      break;
    }
  }
  for (const [index, { nodes, ports: overrides }] of topology.clusters.entries()) {
    if (nodes[0] !== undefined) ports(nodes[0].name, overrides, ["clusters", index]);
    for (const [place, one] of nodes.entries()) node(one.name, ["clusters", index, "nodes", place]);
  }
  for (const [index, relay] of topology.relays.entries()) node(relay.name, ["relays", index]);
  return found;
}

/** Words under `accept:` that accept nothing. */
function unusedAcceptance(catalog: Catalog, { accept, requirements }: Topology, flows: readonly Flow[]): Unused[] {
  const accepted = flows.filter((flow) => flow.accepts !== undefined);
  const anchors = new Map(catalog.sections.map(({ id, anchor }) => [id, anchor]));
  const why = "silence is accepted only over UDP, of a port that must be open and of a service that never answers";
  const terms = accept === undefined || accept === "unverifiable" ? [] : accept.unverifiable;
  return [
    ...terms.flatMap((term, index) =>
      accepted.some(({ section: id, requirement }) =>
        meansRequirement(term, { id, anchor: anchors.get(id) ?? id }, requirement),
      )
        ? []
        : [{ path: ["accept", "unverifiable", index], message: `"${term}" accepts nothing: ${why}` }],
    ),
    ...requirements.flatMap((one, index) =>
      one.accept === undefined || one.udp?.some((port) => accepted.some((flow) => flow.port === port)) === true
        ? []
        : [{ path: ["requirements", index, "accept"], message: `this accepts nothing: ${why}` }],
    ),
  ];
}

/** The nodes that may have a part that no flow uses. Most of many hosts have none, and their flows are not looked at. */
function ownersOfParts({ server, remote_sites, relays, clusters, hosts }: Topology): ReadonlySet<string> {
  const owners = new Set([server, ...remote_sites, ...relays].map(({ name }) => name));
  for (const { nodes } of clusters) for (const { name } of nodes) owners.add(name);
  for (const host of hosts) {
    for (const _ in host.ports) {
      owners.add(host.name);
      break;
    }
  }
  return owners;
}

/** What the flows of a plan use of these owners, as words that name an owner and a part. */
function usedParts(
  catalog: Catalog,
  flows: readonly Flow[],
  owners: ReadonlySet<string>,
): Record<"features" | "ports" | "outgoing" | "nodes", Set<string>> {
  const used = {
    features: new Set<string>(),
    ports: new Set<string>(),
    outgoing: new Set<string>(),
    nodes: new Set<string>(),
  };
  const requirementOf = openRequirements(catalog);
  for (const { section, requirement, protocol, from, to, port } of flows) {
    const isToOwner = owners.has(to);
    if (isToOwner) used.nodes.add(to);
    const source = requirementOf(section, requirement);
    if (owners.has(from)) {
      used.nodes.add(from);
      if (source !== undefined && isOutgoing.has(source.to)) used.outgoing.add(`${from} ${source.to}`);
    }
    if (!isToOwner) continue;
    if (source === undefined) {
      if (protocol === "udp") used.ports.add(`${to} snmp ${port}`); // a requirement of the topology asks SNMP there
      continue;
    }
    for (const feature of source.enabled_by ?? []) used.features.add(`${to} ${feature}`);
    if (source.port_override !== undefined) used.ports.add(`${to} ${source.port_override.name} ${port}`);
  }
  return used;
}

const isOutgoing: ReadonlySet<string> = new Set(Object.values(outgoingRoles));

/** Finds a requirement of the catalog. Flows of one requirement follow each other, so it is looked up once for them. */
function openRequirements(catalog: Catalog): (section: string, requirement: string) => Requirement | undefined {
  const all = new Map(
    catalog.sections.flatMap(({ id, requirements }) => requirements.map((one) => [`${id}/${one.id}`, one] as const)),
  );
  let last: { section: string; requirement: string; found: Requirement | undefined } | undefined;
  return (section, requirement) => {
    if (last === undefined || last.requirement !== requirement || last.section !== section)
      last = { section, requirement, found: all.get(`${section}/${requirement}`) };
    return last.found;
  };
}
