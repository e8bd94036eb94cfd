import type { Catalog, Requirement } from "../model/catalog.ts";
import type { PlannedProbeSpec, PlannedSection } from "../model/flow.ts";
import type { TcpServiceName } from "../model/service.ts";
import type { ExtraRequirement, Topology } from "../model/topology.ts";
import type { Transport } from "../model/verdict.ts";
import type { Draft } from "./expand.ts";

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
  snmp?: { port: number; credentials: NonNullable<Topology["hosts"][number]["snmp"]> };
}

const hostNode = ({ name, address, snmp, ports }: Topology["hosts"][number]): Node => ({
  name,
  addresses: address,
  ports,
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

/** The nodes behind a group word, or the one node of that name. */
function nodesOf(topology: Topology, word: string): Node[] {
  const groups: Record<string, () => Node[]> = {
    server: () => [plainNode(topology.server)],
    remote_sites: () => topology.remote_sites.map(plainNode),
    hosts: () => topology.hosts.map(hostNode),
    clusters: () => topology.clusters.flatMap(({ nodes, ports }) => nodes.map((node) => plainNode({ ...node, ports }))),
    relays: () => topology.relays.map(plainNode),
  };
  const group = Object.hasOwn(groups, word) ? groups[word] : undefined;
  if (group !== undefined) return group();
  return Object.values(groups).flatMap((members) => members().filter(({ name }) => name === word));
}

/**
 * Drafts for `requirements:` of the topology: every pair of distinct nodes, address, transport and port. A port that
 * the catalog knows is asked as the catalog asks it, and as rarely: what could do harm there does so here as well.
 */
export function expandExtra(requirement: ExtraRequirement, topology: Topology, catalog: Catalog): Draft[] {
  const services: { protocol: Transport; port?: number }[] = [
    ...(requirement.tcp ?? []).map((port) => ({ protocol: "tcp" as const, port })),
    ...(requirement.udp ?? []).map((port) => ({ protocol: "udp" as const, port })),
    ...(requirement.icmp === true ? [{ protocol: "icmp" as const }] : []),
  ];
  const targets = nodesOf(topology, requirement.to);
  const listeners = services.map(({ protocol, port }) => findListeners(catalog, protocol, port));
  return nodesOf(topology, requirement.from).flatMap((from) =>
    targets
      .filter((to) => to.name !== from.name)
      .flatMap((to) =>
        to.addresses.flatMap((address) =>
          services.map(({ protocol, port }, at) => {
            const known = listeners[at]?.(to);
            return draft(requirement, { from: from.name, to, address, protocol, port, known });
          }),
        ),
      ),
  );
}

interface Place {
  from: string;
  to: Node;
  address: string;
  protocol: Transport;
  port: number | undefined;
  /** What the catalog knows to listen there. */
  known: Requirement | undefined;
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

function draft(requirement: ExtraRequirement, { from, to, address, protocol, port, known }: Place): Draft {
  const service = port === undefined ? protocol : `${port}/${protocol}`;
  const id = requirement.id ?? (port === undefined ? protocol : `${protocol}-${port}`);
  const where = [protocol, ...(port === undefined ? [] : [port]), ...(to.addresses.length > 1 ? [address] : [])];
  const isBlocked = requirement.expect === "blocked";
  return {
    flow: {
      id: [extraSection.id, id, `${from}->${to.name}`, ...where].join("/"),
      section: extraSection.id,
      requirement: id,
      service,
      short: isBlocked ? `no ${service}` : service,
      purpose: requirement.why ?? (isBlocked ? "must be blocked" : "required by this topology"),
      from,
      to: to.name,
      address,
      protocol,
      ...(port === undefined ? {} : { port }),
      expect: requirement.expect,
    },
    spec: specOf(protocol, port, to, { known, service: requirement.service }),
    mayConfirm: known === undefined || known.confirm === "allowed",
  };
}

interface Question {
  known: Requirement | undefined;
  /** The service that the topology names. */
  service: TcpServiceName | undefined;
}

/**
 * Asks the port's usual question where there is one, so that UDP can be answered at all. Over TCP only the services
 * that the topology names are asked, and those that a connection without a question would disturb.
 */
function specOf(
  protocol: Transport,
  port: number | undefined,
  to: Node,
  { known, service }: Question,
): PlannedProbeSpec {
  if (protocol === "icmp" || port === undefined) return { kind: "icmp" };
  const { request, payload } = known?.probe ?? {};
  if (protocol === "tcp") {
    const name = service ?? (known?.confirm === "never" ? known.probe.service : undefined);
    return {
      kind: "tcp",
      port,
      ...(request === undefined ? {} : { request }),
      ...(name === undefined ? {} : { service: { name } }),
    };
  }
  if (to.snmp?.port === port) return { kind: "snmp", ...to.snmp };
  return { kind: "udp", port, payload: payload ?? "empty" };
}
