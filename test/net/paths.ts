import { fileURLToPath } from "node:url";
import type { Daemon, Lab } from "./lab.ts";

/** The prefixes of a lab; they exist inside its namespaces only. */
const v4 = "10.213";
const v6 = "fd21:3";

/** Both addresses of place `n` (1 to 254) on a network of the lab: 1 prober's side, 2 hosts' side, others as a test likes. */
export function at(network: number, n: number): { v4: string; v6: string } {
  return { v4: `${v4}.${network}.${n}`, v6: `${v6}:${network}::${n.toString(16)}` };
}

/** Adds a node: a network namespace that forwards nothing, limits no ICMP errors and uses its addresses at once. */
export async function addNode(lab: Lab, name: string, { forwards = false } = {}): Promise<void> {
  const forward = Number(forwards);
  await lab.script(`
    ip netns add ${name}
    ip -n ${name} link set dev lo up
    ip netns exec ${name} sysctl -qw net.ipv4.icmp_ratemask=0 net.ipv6.icmp.ratelimit=0 \
      net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.dad_transmits=0 net.ipv6.conf.default.accept_ra=0 \
      net.ipv4.ip_forward=${forward} net.ipv6.conf.all.forwarding=${forward}`);
}

/** Joins two nodes by a cable; the device in each is named after the other node. */
export async function addCable(lab: Lab, one: string, other: string): Promise<void> {
  await lab.script(`
    ip link add name ${other} netns ${one} type veth peer name ${one} netns ${other}
    ip -n ${one} link set dev ${other} up
    ip -n ${other} link set dev ${one} up`);
}

/** Gives a node place `n` on a network, both families. */
export async function addAddress(lab: Lab, node: string, device: string, network: number, n: number): Promise<void> {
  const address = at(network, n);
  await lab.script(`
    ip -n ${node} addr add ${address.v4}/24 dev ${device}
    ip -n ${node} addr add ${address.v6}/64 dev ${device} nodad`);
}

/** Sends a node's packets for a whole network of the lab to a router's place. */
export async function addRoute(
  lab: Lab,
  node: string,
  network: number,
  via: { v4: string; v6: string },
): Promise<void> {
  await lab.script(`
    ip -n ${node} route add ${v4}.${network}.0/24 via ${via.v4}
    ip -n ${node} -6 route add ${v6}:${network}::/64 via ${via.v6}`);
}

/** Place of `cmk`, which probes. */
export const cmk = at(1, 2);
/**
 * The usual lab: `cmk` (network 1) - `fw`, a router with nftables - `hosts` (network 2, the given places).
 * `cmk` also has a route for network 9, which `fw` does not know; nobody has one for network 77.
 */
export async function buildPath(lab: Lab, places: readonly number[]): Promise<void> {
  await addNode(lab, "cmk");
  await addNode(lab, "fw", { forwards: true });
  await addNode(lab, "hosts");
  await addCable(lab, "cmk", "fw");
  await addCable(lab, "fw", "hosts");
  await addAddress(lab, "cmk", "fw", 1, 2);
  await addAddress(lab, "fw", "cmk", 1, 1);
  await addAddress(lab, "fw", "hosts", 2, 1);
  for (const place of places) await addAddress(lab, "hosts", "fw", 2, place);
  await addRoute(lab, "cmk", 2, at(1, 1));
  await addRoute(lab, "cmk", 9, at(1, 1));
  await addRoute(lab, "hosts", 1, at(2, 1));
}

/** Replaces the router's firewall by these rules, one a line, on what it forwards; none lets everything through. */
export async function setFirewall(lab: Lab, rules: readonly string[]): Promise<void> {
  const chain = `chain forward { type filter hook forward priority 0; policy accept;\n${rules.join("\n")}\n}`;
  await lab.rules("fw", rules.length === 0 ? "" : `table inet firewall {\n${chain}\n}`);
}

/** Where `listen` listens: a local address (`::` for all) and port; `mute` takes datagrams and never answers. */
export interface Place {
  protocol: "tcp" | "udp";
  address: string;
  port: number;
  mute?: boolean;
  /** UDP: makes a response of what it got, in place of an echo. */
  reply?: "dns";
  /** What a TCP listener says to everybody at once. */
  says?: string;
}

/** Starts plain listeners in a node: TCP ones accept, UDP ones send back what they get. */
export function listen(lab: Lab, node: string, places: readonly Place[]): Promise<Daemon> {
  const program = fileURLToPath(new URL("listen.mjs", import.meta.url));
  return lab.start(node, [process.execPath, program, JSON.stringify(places)], { prints: "listening" });
}

/** Where `play` answers as a service of Checkmk, and as which; `https` has the pages of the agent receiver as well. */
export interface Part {
  service: "agent" | "http" | "https" | "livestatus";
  address: string;
  port: number;
  site: string;
  /** What the web server says to agents that ask for the port of the agent receiver. */
  receiverPort: number;
}

/** Starts services in a node that answer as Checkmk does. */
export function play(lab: Lab, node: string, parts: readonly Part[]): Promise<Daemon> {
  const program = fileURLToPath(new URL("play.mjs", import.meta.url));
  return lab.start(node, [process.execPath, program, JSON.stringify(parts)], { prints: "listening" });
}
