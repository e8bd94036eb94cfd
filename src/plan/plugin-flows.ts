import type { Catalog, Requirement } from "../model/catalog.ts";
import { flowId, flowIdHead } from "../model/flow-id.ts";
import { usedConnections, type UsedConnection } from "../model/plugin/plugin-connections.ts";
import type { PluginUse } from "../model/plugin/plugin-use.ts";
import type { Plugin, Roster } from "../model/plugin/plugin.ts";
import type { PluginKind } from "../model/plugin/plugin-kinds.ts";
import { InputError } from "../model/text/problem.ts";
import { serviceRecord } from "../model/service.ts";
import type { Outgoing } from "../model/topology/outgoing.ts";
import type { Host, Server, Topology } from "../model/topology/topology.ts";
import { acceptsSilence, isUnverifiable } from "./accepted.ts";
import { checkmkServers, openSites } from "./edge.ts";
import type { Draft } from "./expand.ts";
import { extraSection } from "./extra.ts";
import { flowOf, type FlowKind } from "./flow-of.ts";
import { pluginSpec } from "./plugin-service.ts";

/** What a plug-in of each kind is called, what does not work without it, and whose row of the document it belongs to. */
interface KindWords {
  word: string;
  idWord: string;
  purpose: (name: string) => string;
  beside: Requirement["to"];
}
const kinds: Readonly<Record<PluginKind, KindWords>> = {
  "special-agents": {
    word: "special agent",
    idWord: "special-agent",
    purpose: (name) => `Without it the special agent ${name} has no data for the host.`,
    beside: "host",
  },
  "active-checks": {
    word: "active check",
    idWord: "active-check",
    purpose: (name) => `Without it the active check ${name} fails.`,
    beside: "host",
  },
  notifications: {
    word: "notifications",
    idWord: "notification",
    purpose: (name) => `Without it notifications by ${name} are not delivered.`,
    beside: "mail-server",
  },
  exports: {
    word: "metrics",
    idWord: "export",
    purpose: (name) => `Without it the server cannot exchange metrics with ${name}.`,
    beside: "mail-server",
  },
};

/** The id of the requirement that a plug-in makes: `special-agent-vsphere`. */
const pluginRequirement = (kind: PluginKind, { name }: Plugin): string =>
  `${kinds[kind].idWord}-${name.replaceAll("_", "-")}`;

/** Whose plug-in it is, and who sends. */
interface Owner {
  kind: PluginKind;
  server: Server;
  proxy: Outgoing["proxy"];
  host?: Host;
}

/** Drafts for what the site asks besides agent and SNMP, and for whom it notifies and exports to. */
export function expandPlugins(topology: Topology, catalog: Catalog, roster: Roster | undefined): Draft[] {
  const drafts: Draft[] = [];
  const draftsOf = drafter(topology, catalog, roster);
  const ownerOf = openSites(topology);
  for (const host of topology.hosts) {
    if (host.special_agents === undefined && host.active_checks === undefined) continue;
    const { server } = ownerOf(host.site);
    const owner = { server, proxy: proxyOf(topology, server), host };
    for (const use of host.special_agents ?? []) draftsOf({ ...owner, kind: "special-agents" }, use, drafts);
    for (const use of host.active_checks ?? []) draftsOf({ ...owner, kind: "active-checks" }, use, drafts);
  }
  for (const server of checkmkServers(topology)) {
    const proxy = proxyOf(topology, server);
    for (const outgoing of outgoingOf(topology, server)) {
      for (const kind of ["notifications", "exports"] as const)
        for (const use of outgoing[kind] ?? []) draftsOf({ kind, server, proxy }, use, drafts);
    }
  }
  return drafts;
}

/** What a server's `outgoing` says; the topology's own is the central's. */
const outgoingOf = ({ outgoing, server }: Topology, one: Server): Outgoing[] =>
  [one === server ? outgoing : undefined, one.outgoing].filter((part) => part !== undefined);

const proxyOf = (topology: Topology, server: Server): Outgoing["proxy"] =>
  outgoingOf(topology, server).find(({ proxy }) => proxy !== undefined)?.proxy;

type Drafter = (owner: Owner, use: PluginUse, drafts: Draft[]) => void;

function drafter(topology: Topology, catalog: Catalog, roster: Roster | undefined): Drafter {
  const nodes = openNodes(topology);
  const madeOf = new Map<Plugin, FlowKind>();
  return (owner, use, drafts) => {
    const plugin = roster?.[owner.kind].get(use.name);
    const used = plugin === undefined ? undefined : usedConnections(plugin, use.options);
    if (plugin === undefined || used === undefined || "message" in used) throw unplannable(owner, use, used);
    const section = sectionFor(catalog, owner.kind);
    const isAccepted = acceptsSilence(topology, section, pluginRequirement(owner.kind, plugin));
    const base = madeOf.get(plugin) ?? flowKindOf(owner.kind, plugin, section.id);
    madeOf.set(plugin, base);
    for (const connection of used) {
      const kind: FlowKind = { ...base, protocol: connection.protocol };
      for (const end of endsOf(owner, connection, nodes))
        drafts.push(...draftsTo(owner, { plugin, use, connection, kind, isAccepted }, end));
    }
  };
}

function unplannable({ kind }: Owner, { name }: PluginUse, used: object | undefined): InputError {
  const message =
    used !== undefined && "message" in used ? String(used.message) : `nothing under ${kind} is called "${name}"`;
  return new InputError([{ file: "topology", path: kind, message }]);
}

function flowKindOf(kind: PluginKind, plugin: Plugin, section: string): FlowKind {
  const { word, purpose } = kinds[kind];
  return {
    section,
    requirement: pluginRequirement(kind, plugin),
    service: `${plugin.title} (${word})`,
    short: plugin.short ?? plugin.name,
    purpose: purpose(plugin.name),
    protocol: "tcp",
    expect: "open",
  };
}

/** The section whose text speaks of them: that of the monitored host, or of what the server calls. */
function sectionFor({ sections }: Catalog, kind: PluginKind): { id: string; anchor: string } {
  const isOfHosts = kinds[kind].beside === "host";
  const fits = ({ from, to }: Requirement): boolean =>
    isOfHosts ? from === "site-server" && to === "host" : from === "checkmk-server" && to === kinds[kind].beside;
  return sections.find(({ requirements }) => requirements.some(fits)) ?? extraSection;
}

/** One end that a connection goes to: a node, or a name that the topology knows as an address only. */
interface End {
  to: string;
  addresses: readonly string[];
  timeoutMs?: number | undefined;
}

function endsOf({ host }: Owner, { addresses }: UsedConnection, nodes: (name: string) => End | undefined): End[] {
  if (addresses !== undefined) return addresses.map((to) => nodes(to) ?? { to, addresses: [to] });
  return host === undefined ? [] : [{ to: host.name, addresses: host.address, timeoutMs: host.timeout }];
}

interface Wanted {
  plugin: Plugin;
  use: PluginUse;
  connection: UsedConnection;
  kind: FlowKind;
  isAccepted: boolean;
}

function draftsTo({ kind: of, server, proxy }: Owner, wanted: Wanted, end: End): Draft[] {
  const { plugin, use, connection, isAccepted } = wanted;
  const isWeb = connection.speaks === "http" && connection.protocol === "tcp" && connection.port !== undefined;
  const goesThrough = use.options.proxy ?? (connection.isCloud || of === "notifications");
  const by = isWeb && goesThrough ? proxy : undefined;
  const way = by === undefined ? undefined : { host: end.to, port: connection.port ?? 443, proxyPort: by.port };
  const spec = pluginSpec(connection, plugin.sure === "doubtful", way);
  const addresses = by === undefined ? end.addresses : [by.address];
  const port = by === undefined ? connection.port : by.port;
  const throughWords = "The server goes through its proxy, so the direct way is not needed.";
  const kind: FlowKind = {
    ...wanted.kind,
    ...(isAccepted && isUnverifiable(spec) ? { accepts: "unverifiable" } : {}),
    ...(by === undefined ? {} : { purpose: `${wanted.kind.purpose} ${throughWords}` }),
  };
  const head = flowIdHead(kind.section, kind.requirement);
  const isHarmlessTwice = !isUnverifiable(spec) && !isAskedOnce(spec);
  return addresses.map((address) => ({
    flow: flowOf(kind, {
      id: flowId(head, server.name, end.to, [kind.protocol, port, addresses.length > 1 ? address : undefined]),
      from: server.name,
      to: end.to,
      address,
      port,
    }),
    spec,
    mayConfirm: isHarmlessTwice,
    timeoutMs: end.timeoutMs,
  }));
}

const isAskedOnce = (spec: Draft["spec"]): boolean =>
  spec.kind === "tcp" && spec.service !== undefined && serviceRecord(spec.service.name).askedOnce === true;

/** Finds a node by its name, so that a rule that names a host of the topology means that host. */
function openNodes({ server, remote_sites, hosts }: Topology): (name: string) => End | undefined {
  let byName: Map<string, End> | undefined;
  return (name) => {
    byName ??= new Map(
      [server, ...remote_sites, ...hosts].map((node) => [node.name, { to: node.name, addresses: node.address }]),
    );
    return byName.get(name);
  };
}
