import type { Catalog, Requirement } from "../model/catalog.ts";
import { flowId, flowIdHead } from "../model/flow-id.ts";
import type { PlannedProbeSpec, PlannedSection } from "../model/flow.ts";
import { serviceRecord, type ServiceSpec } from "../model/service.ts";
import { groupNames, type ExtraRequirement, type Topology } from "../model/topology/topology.ts";
import type { Transport } from "../model/verdict.ts";
import { acceptsSilence, isUnverifiable } from "./accepted.ts";
import type { Draft } from "./expand.ts";
import { flowOf, type FlowKind } from "./flow-of.ts";
import { usualService } from "./usual-service.ts";

/** The section that holds what a topology requires beyond the document. */
export const extraSection: PlannedSection = {
  id: "extra",
  anchor: "requirements",
  title: { en: "Requirements of this topology", de: "Anforderungen dieser Topologie" },
};

interface Node {
  name: string;
  addresses: readonly string[];
  ports: Readonly<Partial<Record<string, number>>>;
  timeoutMs?: number | undefined;
  snmp?: { port: number; credentials: NonNullable<Topology["hosts"][number]["snmp"]> };
}

const hostNode = ({ name, address, snmp, ports, timeout }: Topology["hosts"][number]): Node => ({
  name,
  addresses: address,
  ports,
  timeoutMs: timeout,
  ...(snmp === undefined ? {} : { snmp: { port: ports.snmp ?? 161, credentials: snmp } }),
});
const plainNode = ({
  name,
  address,
  ports = {},
}: {
  name: string;
  address: string[];
  ports?: Node["ports"];
}): Node => ({
  name,
  addresses: address,
  ports,
});

/** Finds the nodes behind a group word, or the one node of a name; each group is written out once, when it is asked for. */
function openNodes(topology: Topology): (word: string) => readonly Node[] {
  const groups: Record<string, () => Node[]> = {
    server: () => [plainNode(topology.server)],
    remote_sites: () => topology.remote_sites.map(plainNode),
    hosts: () => topology.hosts.map(hostNode),
    clusters: () => topology.clusters.flatMap(({ nodes, ports }) => nodes.map((node) => plainNode({ ...node, ports }))),
    relays: () => topology.relays.map(plainNode),
  };
  const known = new Map<string, readonly Node[]>();
  const groupOf = (word: string): readonly Node[] => {
    const members = known.get(word) ?? groups[word]?.() ?? [];
    known.set(word, members);
    return members;
  };
  let byName: ReadonlyMap<string, Node> | undefined;
  return (word) => {
    if (Object.hasOwn(groups, word)) return groupOf(word);
    byName ??= new Map(Object.keys(groups).flatMap((group) => groupOf(group).map((node) => [node.name, node])));
    const node = byName.get(word);
    return node === undefined ? [] : [node];
  };
}

/** A word that is one node: its own name, or the group that the server is alone in. */
const isOneNode = (word: string): boolean => word === "server" || !(groupNames as readonly string[]).includes(word);

/**
 * Whether a requirement means this pair. A group to a group means each node to each other one. A node to itself is meant
 * where both ends are that very node, and with `scope: loopback`.
 */
function isMeant({ from, to, scope }: ExtraRequirement, sender: Node, target: Node): boolean {
  if (scope === "loopback") return sender.name === target.name;
  return sender.name !== target.name || (isOneNode(from) && isOneNode(to));
}

const loopback = ["127.0.0.1"] as const;

/**
 * Drafts for `requirements:` of the topology: every pair of nodes, address, transport and port. A port that the catalog
 * knows is asked as the catalog asks it, and as rarely: what could do harm there does so here as well.
 */
export function expandExtras(topology: Topology, catalog: Catalog): Draft[] {
  const nodesOf = openNodes(topology);
  const drafts: Draft[] = [];
  for (const requirement of topology.requirements) {
    const services = servicesOf(requirement).map(({ protocol, port }) =>
      drafter(requirement, protocol, port, { catalog, topology }),
    );
    const targets = nodesOf(requirement.to);
    for (const from of nodesOf(requirement.from)) {
      for (const to of targets) {
        if (!isMeant(requirement, from, to)) continue;
        const addresses = requirement.scope === "loopback" ? loopback : to.addresses;
        for (const address of addresses) for (const draft of services) drafts.push(draft(from.name, to, address));
      }
    }
  }
  return drafts;
}

function servicesOf({ tcp = [], udp = [], icmp }: ExtraRequirement): { protocol: Transport; port?: number }[] {
  return [
    ...tcp.map((port) => ({ protocol: "tcp" as const, port })),
    ...udp.map((port) => ({ protocol: "udp" as const, port })),
    ...(icmp === true ? [{ protocol: "icmp" as const }] : []),
  ];
}

/** Finds what listens at a port of a node. What no node can have there is left out once and not for each of them. */
function findListeners(
  catalog: Catalog,
  protocol: Transport,
  port: number | undefined,
): (to: Node) => Requirement | undefined {
  if (port === undefined) return () => undefined;
  const possible = catalog.sections
    .flatMap(({ requirements }) => requirements)
    .map((one) => ({ one, name: one.port_override?.name, isUsual: [one.port].flat().includes(port) }))
    .filter(({ one, name, isUsual }) => one.protocol === protocol && (isUsual || name !== undefined));
  const listensThere = ({ name, isUsual }: (typeof possible)[number], { ports }: Node): boolean => {
    const override = name === undefined ? undefined : ports[name];
    return override === undefined ? isUsual : override === port;
  };
  return (to) => possible.find((one) => listensThere(one, to))?.one;
}

/** Makes the drafts of one service of one requirement; what they all share is made once. */
function drafter(
  requirement: ExtraRequirement,
  protocol: Transport,
  port: number | undefined,
  { catalog, topology }: { catalog: Catalog; topology: Topology },
): (from: string, to: Node, address: string) => Draft {
  const service = port === undefined ? protocol : `${port}/${protocol}`;
  const usual = port === undefined ? protocol : `${protocol}-${port}`;
  const id = requirement.id ?? (requirement.scope === undefined ? usual : `${requirement.scope}-${usual}`);
  const isBlocked = requirement.expect === "blocked";
  const kind: FlowKind = {
    section: extraSection.id,
    requirement: id,
    service,
    short: isBlocked ? `no ${service}` : service,
    purpose: requirement.why ?? (isBlocked ? "must be blocked" : "required by this topology"),
    protocol,
    expect: requirement.expect,
  };
  const isSilenceAccepted = requirement.accept !== undefined || acceptsSilence(topology, extraSection, id);
  const accepting: FlowKind = isSilenceAccepted && !isBlocked ? { ...kind, accepts: "unverifiable" } : kind;
  const head = flowIdHead(extraSection.id, id);
  const listenerAt = findListeners(catalog, protocol, port);
  const named = requirement.service === "none" ? undefined : requirement.service;
  const isHarmlessTwice = named === undefined || serviceRecord(named).askedOnce !== true;
  const specs = new Map<Requirement | undefined, PlannedProbeSpec>();
  return (from, to, address) => {
    const known = listenerAt(to);
    const isSnmp = protocol === "udp" && snmpPortOf(to) === port;
    const spec =
      (isSnmp ? undefined : specs.get(known)) ??
      specOf(protocol, port, to, { known, service: requirement.service, isBlocked });
    if (!isSnmp) specs.set(known, spec);
    const isOneOfSeveral = to.addresses.length > 1 && requirement.scope === undefined;
    const parts = [protocol, port, isOneOfSeveral ? address : undefined];
    return {
      flow: flowOf(isUnverifiable(spec) ? accepting : kind, {
        id: flowId(head, from, to.name, parts),
        from,
        to: to.name,
        address,
        port,
      }),
      spec,
      mayConfirm: isHarmlessTwice && (known === undefined || known.confirm === "allowed"),
      timeoutMs: requirement.timeout ?? to.timeoutMs,
    };
  };
}

/** Where an agent listens, or would (RFC 3417 §3.1): without credentials it is asked what needs none. */
const snmpPortOf = ({ snmp, ports }: Node): number => snmp?.port ?? ports["snmp"] ?? 161;

interface Question {
  /** What the catalog knows to listen there. */
  known: Requirement | undefined;
  /** The service that the topology names, or that it wants none to be asked. */
  service: ExtraRequirement["service"];
  isBlocked: boolean;
}

/**
 * Asks the port's usual question where there is one, so that UDP can be answered at all. Over TCP the service that the
 * topology names is asked, and else the one that a connection without a question would disturb, or the usual one.
 */
function specOf(protocol: Transport, port: number | undefined, to: Node, question: Question): PlannedProbeSpec {
  const { known } = question;
  if (protocol === "icmp" || port === undefined) return { kind: "icmp" };
  const { request, payload } = known?.probe ?? {};
  if (protocol === "tcp") {
    const service = request === undefined ? serviceAsked(port, question) : undefined;
    return {
      kind: "tcp",
      port,
      ...(request === undefined ? {} : { request }),
      ...(service === undefined ? {} : { service }),
    };
  }
  if (snmpPortOf(to) === port) return { kind: "snmp", ...(to.snmp ?? { port, credentials: { version: "discovery" } }) };
  return { kind: "udp", port, payload: payload ?? "empty" };
}

/** Only what must be open is asked more than a handshake, and only if nobody would have to wait for it meanwhile. */
function serviceAsked(port: number, { known, service, isBlocked }: Question): ServiceSpec | undefined {
  if (service !== undefined && service !== "none") return { name: service };
  const { service: usual } = known?.probe ?? {};
  if (known?.confirm === "never") return usual === undefined ? undefined : { name: usual };
  if (service === "none" || isBlocked || usual === "event-console") return undefined;
  return { name: usualService(port), assumed: true };
}
