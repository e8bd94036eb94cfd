import ipaddr from "ipaddr.js";
import type { Plan } from "../model/flow.ts";
import type { Topology } from "../model/topology.ts";

/**
 * A TCP port that nobody should hold: no flow of the plan names it at this target. If it accepts connections like the
 * ports that must be open, then something else than the services answers there.
 */
export interface Canary {
  /** The node that sends. */
  from: string;
  /** IP literal or name, as the topology writes it. */
  target: string;
  port: number;
}

/** Ports without a usual service, below those that systems give to outgoing connections (32768 and up on Linux). */
const firstPort = 20_000;
const ports = 10_000;

/**
 * The canary of each TCP probe, by the probe's id; those of one sender and target have the same one. Which of them are
 * sent is decided when the answers are there. None for loopback and for hosts that the topology marks
 * `controls: false`. The same plan gives the same ports.
 */
export function canariesByProbe({ flows, probes }: Plan, topology: Topology): Map<string, Canary> {
  const spared = new Set(topology.hosts.flatMap(({ controls, address }) => (controls ? [] : address)));
  const named = new Map<string, Set<number>>();
  for (const { address, port } of flows) {
    if (port === undefined || port < firstPort || port >= firstPort + ports) continue;
    named.set(address, (named.get(address) ?? new Set()).add(port));
  }
  const bySender = new Map<string, Map<string, Canary>>();
  const byProbe = new Map<string, Canary>();
  for (const { id, from, target, spec } of probes) {
    if (spec.kind !== "tcp") continue;
    let byTarget = bySender.get(from);
    if (byTarget === undefined) bySender.set(from, (byTarget = new Map()));
    let canary = byTarget.get(target);
    if (canary === undefined && !spared.has(target) && !isLoopback(target)) {
      canary = { from, target, port: unnamedPort(target, named.get(target)) };
      byTarget.set(target, canary);
    }
    if (canary !== undefined) byProbe.set(id, canary);
  }
  return byProbe;
}

function isLoopback(target: string): boolean {
  const quad = /^([1-9]\d{0,2})(?:\.\d{1,3}){3}$/.exec(target); // as nearly all are written; the rest takes long
  if (quad !== null) return quad[1] === "127"; // RFC 1122 section 3.2.1.3
  if (!ipaddr.isValid(target)) return target === "localhost" || target.endsWith(".localhost"); // RFC 6761 section 6.3
  return ipaddr.process(target).range() === "loopback";
}

function unnamedPort(target: string, named: ReadonlySet<number> | undefined): number {
  let port = firstPort + (hashOf(target) % ports);
  while (named?.has(port) === true) port = port + 1 < firstPort + ports ? port + 1 : firstPort;
  return port;
}

/** FNV-1a (RFC 9923): spreads targets over the ports, so that no port becomes known as the one that portmatrix tries. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
