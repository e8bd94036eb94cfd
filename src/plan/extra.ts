import type { Catalog, Requirement } from "../model/catalog.ts";
import type { PlannedProbeSpec, PlannedSection } from "../model/flow.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { ExtraRequirement, Topology } from "../model/topology.ts";
import type { Transport } from "../model/verdict.ts";
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

/**
 * Drafts for `requirements:` of the topology: every pair of distinct nodes, address, transport and port. A port that
 * the catalog knows is asked as the catalog asks it, and as rarely: what could do harm there does so here as well.
 */
export function expandExtras(topology: Topology, catalog: Catalog): Draft[] {
  const nodesOf = openNodes(topology);
  const drafts: Draft[] = [];
  for (const requirement of topology.requirements) {
    const services = servicesOf(requirement).map(({ protocol, port }) => drafter(requirement, protocol, port, catalog));
    const targets = nodesOf(requirement.to);
    for (const from of nodesOf(requirement.from)) {
      for (const to of targets) {
        if (to.name === from.name) continue;
        for (const address of to.addresses) for (const draft of services) drafts.push(draft(from.name, to, address));
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
  catalog: Catalog,
): (from: string, to: Node, address: string) => Draft {
  const service = port === undefined ? protocol : `${port}/${protocol}`;
  const id = requirement.id ?? (port === undefined ? protocol : `${protocol}-${port}`);
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
  const [head, tail] = [`${extraSection.id}/${id}/`, port === undefined ? `/${protocol}` : `/${protocol}/${port}`];
  const listenerAt = findListeners(catalog, protocol, port);
  const specs = new Map<Requirement | undefined, PlannedProbeSpec>();
  return (from, to, address) => {
    const known = listenerAt(to);
    const isSnmp = protocol === "udp" && to.snmp?.port === port;
    const spec =
      (isSnmp ? undefined : specs.get(known)) ??
      specOf(protocol, port, to, { known, service: requirement.service, isBlocked });
    if (!isSnmp) specs.set(known, spec);
    // Joined at once: a template of as many parts would keep each of them until somebody reads it.
    const pair = [head, from, "->", to.name, tail];
    if (to.addresses.length > 1) pair.push("/", address);
    return {
      flow: flowOf(kind, { id: pair.join(""), from, to: to.name, address, port }),
      spec,
      mayConfirm: known === undefined || known.confirm === "allowed",
      timeoutMs: requirement.timeout ?? to.timeoutMs,
    };
  };
}

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
  if (to.snmp?.port === port) return { kind: "snmp", ...to.snmp };
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
