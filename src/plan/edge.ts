import type { Requirement } from "../model/catalog.ts";
import type { Feature } from "../model/topology/names.ts";
import type { Outgoing } from "../model/topology/outgoing.ts";
import type { Host, Server, Topology } from "../model/topology/topology.ts";

/** One pair of nodes that a requirement binds to, with what the planner must know of the listening end. */
export interface Edge {
  from: string;
  to: string;
  /** Addresses of the target as the topology writes them; each becomes a flow. */
  addresses: readonly string[];
  /** Port overrides in force at the listening end, by the names of `portNames`. */
  ports: Readonly<Partial<Record<string, number>>>;
  /** Features of the node (and site) that listens. */
  features: readonly Feature[];
  /** Ports that the topology fixes for this very target, e.g. `outgoing.smtp[].port`. */
  fixedPort?: number;
  /** Where a proxy, whose address and port these are, is to lead. */
  through?: { host: string; port: number };
  /** True or false where the topology says whether this very target is asked over TLS. */
  usesTls?: boolean;
  /** The monitored host, for conditions on it. */
  host?: Host;
  /** The site whose port is meant, where ports are per site. */
  site?: string;
  /** One of the sites of a Checkmk server that is meant as a whole. */
  anySite?: string | undefined;
}

interface SiteOwner {
  server: Server;
  site: Server["sites"][number];
}

/** Finds the Checkmk server that runs a site, and the site itself; without a name the first there is. */
export function openSites(topology: Topology): (name: string | undefined) => SiteOwner {
  const owners = checkmkServers(topology).flatMap((server) => server.sites.map((site) => ({ server, site })));
  const byName = new Map<string | undefined, SiteOwner>();
  for (const owner of owners)
    for (const name of [undefined, owner.site.name]) if (!byName.has(name)) byName.set(name, owner);
  return (name) => {
    const owner = byName.get(name);
    if (owner === undefined)
      throw new Error(`no site is called "${name}"; load/topology/references.ts lets no such topology through`);
    return owner;
  };
}

/** The central server and the remote ones. */
export const checkmkServers = (topology: Topology): Server[] => [topology.server, ...topology.remote_sites];

/** Edges to a Checkmk server: one for each of its sites where the port is a site's, else one. */
function toServer(from: string, server: Server, perSite: boolean, site?: Server["sites"][number]): Edge[] {
  const edge = (of?: Server["sites"][number]): Edge => ({
    from,
    to: server.name,
    addresses: server.address,
    ports: { ...server.ports, ...of?.ports },
    features: [...server.features, ...(of === undefined ? server.sites : [of]).flatMap((one) => one.features)],
    ...(of === undefined ? { anySite: server.sites[0]?.name } : { site: of.name }),
  });
  if (site !== undefined) return [edge(site)];
  return perSite ? server.sites.map(edge) : [edge()];
}

/** Edges from each server to the outgoing services of one kind. The topology's own `outgoing` is the central's. */
function toOutgoing(topology: Topology, targets: (outgoing: Outgoing) => OutgoingTarget[]): Edge[] {
  return checkmkServers(topology).flatMap((server) => {
    const outgoing = [server === topology.server ? topology.outgoing : undefined, server.outgoing];
    return outgoing
      .flatMap((one) => (one === undefined ? [] : targets(one)))
      .map(({ address, port, tls, proxy }) => ({
        from: server.name,
        to: address,
        addresses: [proxy?.address ?? address],
        ports: {},
        features: server.features,
        ...fixed(proxy?.port ?? port),
        ...(proxy === undefined ? {} : { through: { host: address, port: port ?? 443 } }),
        ...(tls === undefined ? {} : { usesTls: tls }),
      }));
  });
}
interface OutgoingTarget {
  address: string;
  port?: number | undefined;
  tls?: boolean | undefined;
  /** What leads there, in place of the direct way. */
  proxy?: Outgoing["proxy"];
}
const fixed = (port: number | undefined): { fixedPort?: number } => (port === undefined ? {} : { fixedPort: port });

type Binder = (topology: Topology, requirement: Requirement) => Edge[];

/** True unless a requirement needs a feature that the listening end does not have. */
export function isEnabled({ enabled_by }: Requirement, { features }: Pick<Edge, "features">): boolean {
  return enabled_by === undefined || enabled_by.some((feature) => features.includes(feature));
}

const isPerSite = ({ port_override }: Requirement): boolean => port_override?.scope === "site";

/** Which nodes stand behind a pair of roles. A pair that is not here is refused by the catalog's loader. */
const binders: Readonly<Record<string, Binder>> = {
  "site-server->host": (topology) => {
    const ownerOf = openSites(topology);
    return topology.hosts.map((host) => {
      const { server } = ownerOf(host.site);
      return { from: server.name, to: host.name, addresses: host.address, ports: host.ports, features: [], host };
    });
  },
  "host->site-server": (topology, requirement) => {
    const ownerOf = openSites(topology);
    // The listening end is the same for all hosts of a site, and most of the features that it may need are off.
    const ends = new Map<string | undefined, Edge[]>();
    const endsOf = (name: string | undefined): Edge[] => {
      const { server, site } = ownerOf(name);
      return toServer("", server, isPerSite(requirement), site).filter((end) => isEnabled(requirement, end));
    };
    return topology.hosts.flatMap((host) => {
      const known = ends.get(host.site) ?? endsOf(host.site);
      ends.set(host.site, known);
      return known.map((end) => ({ ...end, from: host.name, host }));
    });
  },
  "host->host": (topology) =>
    topology.hosts.map((host) => ({
      from: host.name,
      to: host.name,
      addresses: [],
      ports: host.ports,
      features: [],
      host,
    })),
  "central->remote-site": (topology, requirement) =>
    topology.remote_sites.flatMap((remote) => toServer(topology.server.name, remote, isPerSite(requirement))),
  "remote-site->central": (topology, requirement) =>
    topology.remote_sites.flatMap((remote) => toServer(remote.name, topology.server, isPerSite(requirement))),
  "checkmk-server->checkmk-server": (topology, requirement) =>
    checkmkServers(topology).flatMap((server) => toServer(server.name, server, isPerSite(requirement))),
  "cluster-node->cluster-node": (topology) =>
    topology.clusters.flatMap(({ nodes, ports }) =>
      nodes.flatMap((from) =>
        nodes
          .filter((to) => to !== from)
          .map((to) => ({ from: from.name, to: to.name, addresses: to.address, ports, features: [] })),
      ),
    ),
  "relay->site-server": (topology, requirement) => {
    const ownerOf = openSites(topology);
    return topology.relays.flatMap((relay) => {
      const { server, site } = ownerOf(relay.site);
      return toServer(relay.name, server, isPerSite(requirement), site);
    });
  },
  "relay->container-registry": (topology, { target }) =>
    target === undefined
      ? []
      : topology.relays.map(({ name, proxy }) => ({
          from: name,
          to: target,
          addresses: [proxy?.address ?? target],
          ports: {},
          features: [],
          ...fixed(proxy?.port),
          ...(proxy === undefined ? {} : { through: { host: target, port: 443 } }),
        })),
  "checkmk-server->dns-server": (topology) => toOutgoing(topology, ({ dns }) => dns),
  "checkmk-server->ntp-server": (topology) => toOutgoing(topology, ({ ntp }) => ntp),
  "checkmk-server->mail-server": (topology) => toOutgoing(topology, ({ smtp }) => smtp),
  "checkmk-server->directory-server": (topology) =>
    toOutgoing(topology, ({ ldap }) =>
      ldap.map(({ address, port, tls }: OutgoingTarget) => ({
        address,
        port: port ?? (tls === undefined ? undefined : tls ? 636 : 389),
        tls,
      })),
    ),
  "checkmk-server->license-server": (topology, { target }) =>
    toOutgoing(topology, ({ license, proxy }) => {
      if (license === false) return [];
      if (license !== true) return [{ ...license, proxy }];
      return target === undefined ? [] : [{ address: target, proxy }];
    }),
};

/** True if the planner knows which nodes a requirement's pair of roles stands for. */
export function isBindable({ from, to }: Pick<Requirement, "from" | "to">): boolean {
  return Object.hasOwn(binders, `${from}->${to}`);
}

/** All edges of a requirement in a topology, before features and conditions are looked at. */
export function bind(requirement: Requirement, topology: Topology): Edge[] {
  const binder = binders[`${requirement.from}->${requirement.to}`];
  if (binder === undefined)
    throw new Error(`requirement ${requirement.id}: no binding for ${requirement.from} -> ${requirement.to}`);
  return binder(topology, requirement);
}
