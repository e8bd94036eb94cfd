import type { Requirement, Section } from "../model/catalog.ts";
import type { Flow, PlannedProbeSpec } from "../model/flow.ts";
import { flowId, flowIdHead } from "../model/flow-id.ts";
import type { Topology } from "../model/topology/topology.ts";
import { acceptsSilence, isUnverifiable } from "./accepted.ts";
import { bind, type Edge, isEnabled } from "./edge.ts";
import { flowOf, type FlowKind } from "./flow-of.ts";
import { serviceOf } from "./service-of.ts";

/** A flow before equal packets are merged: it still carries what has to be sent, and `merge` fills in its `probe`. */
export interface Draft {
  flow: Flow;
  spec: PlannedProbeSpec;
  mayConfirm: boolean;
  /** How long an answer may take, where the topology says so. */
  timeoutMs?: number | undefined;
}

/** Turns one requirement of the catalog into a draft for each pair of nodes, address and port it applies to. */
export function expand(section: Section, requirement: Requirement, topology: Topology): Draft[] {
  const drafts: Draft[] = [];
  const draftsOf = drafter(section, requirement, acceptsSilence(topology, section, requirement.id));
  for (const edge of bind(requirement, concerned(requirement, topology))) {
    if (appliesTo(requirement, edge)) draftsOf(edge, drafts);
  }
  return drafts;
}

/** Most requirements concern few of many hosts, so the others are left out before anything is made of them. */
function concerned(requirement: Requirement, topology: Topology): Topology {
  const { applies, from, to } = requirement;
  if (applies === undefined || (from !== "host" && to !== "host")) return topology;
  return { ...topology, hosts: topology.hosts.filter((host) => concerns(applies, host)) };
}

/** Features under which a requirement is planned; one with conditions on hosts is for hosts only. */
function appliesTo(requirement: Requirement, edge: Edge): boolean {
  return isEnabled(requirement, edge) && (requirement.applies === undefined || edge.host !== undefined);
}

/** Conditions on a host under which a requirement is planned for it. */
function concerns(applies: NonNullable<Requirement["applies"]>, host: Topology["hosts"][number]): boolean {
  return (
    (applies.agent === undefined || applies.agent.includes(host.agent)) &&
    (applies.os === undefined || applies.os.includes(host.os)) &&
    (applies.snmp === undefined || host.snmp !== undefined) &&
    (applies.ping === undefined || host.ping)
  );
}

/** Makes the drafts of one requirement, edge by edge; what they all share is made once. */
function drafter(
  section: Section,
  requirement: Requirement,
  isSilenceAccepted: boolean,
): (edge: Edge, drafts: Draft[]) => void {
  const { protocol, tolerates, enabled_by } = requirement;
  const kind: FlowKind = {
    section: section.id,
    requirement: requirement.id,
    service: requirement.service,
    short: requirement.short,
    purpose: requirement.purpose,
    protocol,
    expect: "open",
    ...(tolerates === undefined ? {} : { tolerates }),
  };
  const head = flowIdHead(section.id, requirement.id);
  const isLoopback = requirement.scope === "loopback";
  const mayConfirm = requirement.confirm === "allowed";
  const specOf = openSpecs(requirement);
  const accepting: FlowKind = { ...kind, accepts: "unverifiable" };
  return (edge, drafts) => {
    const { from, to, host } = edge;
    const timeoutMs = host?.name === to ? host.timeout : undefined; // a slow host, not whom it talks to
    const addresses = isLoopback ? (requirement.loopback ?? ["127.0.0.1"]) : edge.addresses;
    const ports = portsOf(requirement, edge);
    const enabledBy = enabled_by?.find((one) => edge.features.includes(one));
    for (const address of addresses) {
      for (const port of ports) {
        const id = flowId(head, from, to, [protocol, port, addresses.length > 1 ? address : undefined]);
        const alternative = alternativeOf(section, requirement, edge, { address, port, ports, isLoopback });
        const spec = specOf(port, edge);
        const usual = isSilenceAccepted && isUnverifiable(spec) ? accepting : kind;
        const ownKind = edge.through === undefined ? usual : throughProxy(usual);
        const flow = flowOf(ownKind, { id, from, to, address, port, alternative, enabledBy });
        drafts.push({ flow, spec, mayConfirm, timeoutMs });
      }
    }
  };
}

/** The ports to try: what the topology fixes for this target, else its override, else the document's. */
function portsOf({ port, port_override }: Requirement, edge: Edge): (number | undefined)[] {
  if (port === undefined) return [undefined];
  if (edge.fixedPort !== undefined) return [edge.fixedPort];
  const override = port_override === undefined ? undefined : edge.ports[port_override.name];
  if (override !== undefined) return [override];
  return Array.isArray(port) ? port : [port];
}

const throughProxy = (kind: FlowKind): FlowKind => ({
  ...kind,
  purpose: `${kind.purpose} The server goes through its proxy, so the direct way is not needed.`,
});

interface PortAt {
  address: string;
  port: number | undefined;
  ports: readonly (number | undefined)[];
  isLoopback: boolean;
}

/**
 * Name of the group in which one pass is enough. "80 or 443" must hold for each address of a target on its own;
 * of 127.0.0.1 and ::1 one is enough, because a service listens on the family that its node uses.
 */
function alternativeOf(
  section: Section,
  { id, alternative }: Requirement,
  { from, to }: Edge,
  { address, port, ports, isLoopback }: PortAt,
): string | undefined {
  const group = (name: string, rest: string | number): string => flowId(flowIdHead(section.id, name), from, to, [rest]);
  if (isLoopback) return group(id, port ?? "undefined");
  if (alternative !== undefined) return group(alternative, address);
  return ports.length > 1 ? group(id, address) : undefined;
}

/**
 * What to send for the flows of one requirement. Flows that send the same share one object, as there may be many; they
 * are told by what they send, so nothing has to know what `specOf` looks at.
 */
function openSpecs(requirement: Requirement): (port: number | undefined, edge: Edge) => PlannedProbeSpec {
  const known = new Map<unknown, PlannedProbeSpec>();
  return (port, edge) => {
    const spec = specOf(requirement, port, edge);
    const key = keyOf(spec);
    const same = known.get(key) ?? spec;
    if (same === spec) known.set(key, spec);
    return same;
  };
}

/** The same for specs of one requirement that are the same; all of a spec but for parts that all of them share. */
function keyOf(spec: PlannedProbeSpec): unknown {
  if (spec.kind === "icmp") return spec.kind;
  if (spec.kind === "udp") return spec.port; // the payload is the requirement's
  return spec.kind === "tcp" && spec.service === undefined ? spec.port : JSON.stringify(spec); // so is the request
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
