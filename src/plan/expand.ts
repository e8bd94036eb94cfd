import type { Requirement, Section } from "../model/catalog.ts";
import type { Flow, PlannedProbeSpec } from "../model/flow.ts";
import type { Topology } from "../model/topology.ts";
import { bind, type Edge } from "./edge.ts";
import { serviceOf } from "./service-of.ts";

/** A flow before equal packets are merged: it still carries what has to be sent. */
export interface Draft {
  flow: Omit<Flow, "probe">;
  spec: PlannedProbeSpec;
  mayConfirm: boolean;
}

/** Turns one requirement of the catalog into a draft for each pair of nodes, address and port it applies to. */
export function expand(section: Section, requirement: Requirement, topology: Topology): Draft[] {
  // Most requirements concern few of many hosts, so the others are left out before anything is made of them.
  const hosts = topology.hosts.filter((host) => concerns(requirement, host));
  return bind(requirement, { ...topology, hosts })
    .filter((edge) => appliesTo(requirement, edge))
    .flatMap((edge) => draftsOf(section, requirement, edge));
}

/** Features under which a requirement is planned; one with conditions on hosts is for hosts only. */
function appliesTo({ enabled_by, applies }: Requirement, { features, host }: Edge): boolean {
  if (enabled_by !== undefined && !enabled_by.some((feature) => features.includes(feature))) return false;
  return applies === undefined || host !== undefined;
}

/** Conditions on a host under which a requirement is planned for it. */
function concerns({ applies }: Requirement, host: Topology["hosts"][number]): boolean {
  if (applies === undefined) return true;
  return (
    (applies.agent === undefined || applies.agent.includes(host.agent)) &&
    (applies.os === undefined || applies.os.includes(host.os)) &&
    (applies.snmp === undefined || host.snmp !== undefined) &&
    (applies.ping === undefined || host.ping)
  );
}

function draftsOf(section: Section, requirement: Requirement, edge: Edge): Draft[] {
  const isLoopback = requirement.scope === "loopback";
  const addresses = isLoopback ? (requirement.loopback ?? ["127.0.0.1"]) : edge.addresses;
  const ports = portsOf(requirement, edge);
  const feature = requirement.enabled_by?.find((one) => edge.features.includes(one));
  return addresses.flatMap((address) =>
    ports.map((port): Draft => {
      const where = [
        requirement.protocol,
        ...(port === undefined ? [] : [port]),
        ...(addresses.length > 1 ? [address] : []),
      ];
      const pair = `${edge.from}->${edge.to}`;
      const alternative = alternativeOf(section, requirement, { pair, address, port, ports, isLoopback });
      return {
        flow: {
          id: [section.id, requirement.id, pair, ...where].join("/"),
          section: section.id,
          requirement: requirement.id,
          service: requirement.service,
          short: requirement.short,
          purpose: requirement.purpose,
          from: edge.from,
          to: edge.to,
          address,
          protocol: requirement.protocol,
          ...(port === undefined ? {} : { port }),
          expect: "open",
          ...(alternative === undefined ? {} : { alternative }),
          ...(requirement.tolerates === undefined ? {} : { tolerates: requirement.tolerates }),
          ...(feature === undefined ? {} : { enabledBy: feature }),
        },
        spec: specOf(requirement, port, edge),
        mayConfirm: requirement.confirm === "allowed",
      };
    }),
  );
}

/** The ports to try: what the topology fixes for this target, else its override, else the document's. */
function portsOf({ port, port_override }: Requirement, edge: Edge): (number | undefined)[] {
  if (port === undefined) return [undefined];
  if (edge.fixedPort !== undefined) return [edge.fixedPort];
  const override = port_override === undefined ? undefined : edge.ports[port_override.name];
  if (override !== undefined) return [override];
  return Array.isArray(port) ? port : [port];
}

interface Place {
  pair: string;
  address: string;
  port: number | undefined;
  ports: readonly (number | undefined)[];
  isLoopback: boolean;
}

/**
 * Name of the group in which one pass is enough. "80 or 443" must hold for each address of a target on its own;
 * of 127.0.0.1 and ::1 one is enough, because a service listens on the family that its node uses.
 */
function alternativeOf(section: Section, requirement: Requirement, place: Place): string | undefined {
  if (place.isLoopback) return `${section.id}/${requirement.id}/${place.pair}/${place.port}`;
  if (requirement.alternative !== undefined)
    return `${section.id}/${requirement.alternative}/${place.pair}/${place.address}`;
  if (place.ports.length > 1) return `${section.id}/${requirement.id}/${place.pair}/${place.address}`;
  return undefined;
}

function specOf({ id, probe }: Requirement, port: number | undefined, edge: Edge): PlannedProbeSpec {
  const { host } = edge;
  if (probe.kind === "icmp") return { kind: "icmp" };
  if (port === undefined) throw new Error(`requirement ${id}: a ${probe.kind} probe needs a port`);
  if (probe.kind === "tcp") {
    const service = probe.service === undefined ? undefined : serviceOf(probe.service, port, edge);
    return {
      kind: "tcp",
      port,
      ...(probe.request === undefined ? {} : { request: probe.request }),
      ...(service === undefined ? {} : { service }),
    };
  }
  if (probe.kind === "udp") return { kind: "udp", port, payload: probe.payload ?? "empty" };
  if (host?.snmp === undefined) throw new Error(`requirement ${id}: an snmp probe needs a host with snmp credentials`);
  return { kind: "snmp", port, credentials: host.snmp };
}
