// Two networks joined by a cable: the prober's, which is the world's own, and `hosts`, whose kernel answers for every
// address of 10.221.0.0/16. Nothing leaves the world.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { must } from "./private-world.mjs";
import { startProgram } from "./program.mjs";

/** The prober's own address. */
export const proberAddress = "10.220.0.1";
const hostsAddress = "10.220.0.2";

/** Address of host `n`, from 0; at most 62,500 hosts. */
export const hostAddress = (n) => `10.221.${Math.floor(n / 250)}.${1 + (n % 250)}`;

/** Puts a command into the network of the hosts. */
export const onHosts = (argv) => ["ip", "netns", "exec", "hosts", ...argv];

/** Builds both networks. Limits of the kernel that would measure themselves (accept queues, ICMP) are lifted on the hosts' side. */
export function buildNetwork() {
  const onBothSides = "net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0";
  must("sh", [
    "-ec",
    `ip netns add hosts
     sysctl -qw ${onBothSides}
     ip netns exec hosts sysctl -qw ${onBothSides} net.core.somaxconn=262144 net.ipv4.tcp_max_syn_backlog=262144
     ip link add cable type veth peer name cable netns hosts
     ip addr add ${proberAddress}/30 dev cable
     ip -n hosts addr add ${hostsAddress}/30 dev cable
     ip link set cable up
     ip -n hosts link set cable up
     ip -n hosts link set lo up
     ip -n hosts route add local 10.221.0.0/16 dev lo
     ip route add 10.221.0.0/16 via ${hostsAddress}`,
  ]);
}

/** Makes exactly these addresses drop every packet; with none there is no firewall at all. */
export function silence(addresses) {
  const set = `set silent { type ipv4_addr; elements = { ${addresses.join(", ")} }; }`;
  const chain = "chain input { type filter hook input priority 0; ip daddr @silent drop; }";
  const rules = addresses.length === 0 ? "" : `table ip bench {\n${set}\n${chain}\n}\n`;
  must("ip", onHosts(["nft", "-f", "-"]).slice(1), `flush ruleset\n${rules}`);
}

/** True if answers can be delayed here: it takes a TUN device (tun(4)). */
export const canDelay = () => existsSync("/dev/net/tun");

/**
 * Delays every packet from the hosts to the prober: the hosts' route to the prober leads into a TUN device, from which
 * a program hands each packet to a second TUN device on the prober's side when its time has come. Packets to the hosts
 * go by cable as ever. Returns what takes the detour away.
 */
export async function delayAnswers(delayMs) {
  const program = fileURLToPath(new URL("delay-answers.py", import.meta.url));
  const stop = await startProgram(["python3", program, String(delayMs)]);
  must("sh", [
    "-ec",
    `ip link set late-out netns hosts
     ip link set late-in txqueuelen 100000 up
     ip -n hosts link set late-out txqueuelen 100000 up
     ip -n hosts route add ${proberAddress}/32 dev late-out src ${hostsAddress}`,
  ]);
  // The devices and the route go with the program.
  const seenMs = roundTripMs();
  if (seenMs >= delayMs) return stop;
  await stop();
  throw new Error(`answers are not late: an echo took ${seenMs} ms instead of at least ${delayMs}`);
}

/** Round trip of an echo request through the network as it is now, in milliseconds. */
function roundTripMs() {
  const printed = must("ping", ["-n", "-c", "1", hostAddress(0)]);
  return Number(/time=([\d.]+) ms/.exec(printed)?.[1]);
}
