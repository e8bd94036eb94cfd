import { isLoopback } from "../model/address/loopback.ts";
import type { Plan } from "../model/flow.ts";
import type { Topology } from "../model/topology/topology.ts";

/**
 * A TCP port that no program should use: no flow of the plan names it. If it accepts connections like the ports that must
 * be open, then something else than the services answers there.
 */
export interface Decoy {
  /** The node that sends. */
  from: string;
  /** The node that is asked. */
  to: string;
  /** IP literal or name, as the topology writes it. */
  target: string;
  port: number;
}

/** Ports without a usual service, below those that systems give to outgoing connections (32768 and up on Linux). */
const firstPort = 20_000;
const ports = 10_000;

/**
 * The decoy of each TCP probe that may have one, by the probe's id; those of one sender and target have the same one.
 * Which of them are sent is decided when the answers are there. Hosts that ban whoever touches a port that they do not
 * offer would ban the monitoring server, so there is none unless somebody asks for it: `isWanted` is what the command
 * line says (false: none at all), then what the host says counts, then the topology. None for loopback. The same plan
 * gives the same ports.
 */
export function decoysByProbe(
  { flows, probes }: Plan,
  topology: Topology,
  isWanted: boolean | undefined,
): Map<string, Decoy> {
  const byProbe = new Map<string, Decoy>();
  const wanting = topology.hosts.flatMap(({ controls, address }) => (controls === true ? address : []));
  const isUsual = isWanted ?? topology.controls;
  if (isWanted === false || (!isUsual && wanting.length === 0)) return byProbe;
  const isSpared = sparedFromDecoys(topology);
  const wanted = new Set(wanting);
  const named = new Set<number>();
  const nodes = new Map<string, string>();
  for (const { probe, to, port } of flows) {
    if (!nodes.has(probe)) nodes.set(probe, to);
    if (port !== undefined && port >= firstPort && port < firstPort + ports) named.add(port);
  }
  if (named.size === ports) return byProbe;
  const bySender = new Map<string, Map<string, Decoy>>();
  for (const { id, from, target, spec } of probes) {
    if (spec.kind !== "tcp") continue;
    let byTarget = bySender.get(from);
    if (byTarget === undefined) bySender.set(from, (byTarget = new Map()));
    let decoy = byTarget.get(target);
    if (decoy === undefined && (isUsual || wanted.has(target)) && !isSpared(target)) {
      decoy = { from, to: nodes.get(id) ?? target, target, port: unnamedPort(target, named) };
      byTarget.set(target, decoy);
    }
    if (decoy !== undefined) byProbe.set(id, decoy);
  }
  return byProbe;
}

/** Tells the addresses and names that must never get a decoy: loopback, and hosts with `controls: false`. */
export function sparedFromDecoys({ hosts }: Topology): (target: string) => boolean {
  const spared = new Set(hosts.flatMap(({ controls, address }) => (controls === false ? address : [])));
  return (target) => spared.has(target) || isLoopback(target);
}

function unnamedPort(target: string, named: ReadonlySet<number>): number {
  let port = firstPort + (hashOf(target) % ports);
  while (named.has(port)) port = port + 1 < firstPort + ports ? port + 1 : firstPort;
  return port;
}

/** FNV-1a (RFC 9923): spreads targets over the ports, so that no port becomes known as the one that portmatrix tries. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
