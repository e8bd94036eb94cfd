import { startSnmpd } from "./daemons.ts";
import { topologyOf } from "./check.ts";
import type { Lab } from "./lab.ts";
import { buildPath, listen } from "./paths.ts";

export const hostCount = 1000;
/** Even hosts have an IPv4 address, odd ones an IPv6 address; of each 40, two are silent and two refuse the agent's port. */
const states: Record<number, "silent" | "closed" | undefined> = { 3: "silent", 6: "silent", 9: "closed", 12: "closed" };
/** Hosts by name, with what is true of each. */
export const hosts = Array.from({ length: hostCount }, (_, index) => {
  const isV6 = index % 2 === 1;
  const v6 = `fd21:3:64::${(index + 1).toString(16)}`;
  const v4 = `10.213.${100 + Math.floor(index / 250)}.${(index % 250) + 1}`;
  const name = `host-${String(index).padStart(4, "0")}`;
  return { name, address: isV6 ? v6 : v4, isV6, state: states[index % 40] ?? ("open" as const) };
});
/** What all of them need: an echo, SNMP and the agent's port, 3,000 flows. */
export const topology = topologyOf({
  hosts: hosts.map(({ name, address }) => ({
    name,
    address,
    snmp: { version: "2c", community: { env: "COMMUNITY" } },
  })),
});

/** Builds a path to a kernel that answers for all of them, as their states say. */
export async function buildManyHosts(lab: Lab): Promise<void> {
  await buildPath(lab, [2]);
  await lab.script(`
    for node in cmk fw; do
      ip -n $node route add 10.213.100.0/22 via $([ $node = cmk ] && echo 10.213.1.1 || echo 10.213.2.2)
      ip -n $node -6 route add fd21:3:64::/64 via $([ $node = cmk ] && echo fd21:3:1::1 || echo fd21:3:2::2)
    done
    ip -n hosts route add local 10.213.100.0/22 dev lo
    ip -n hosts -6 route add local fd21:3:64::/64 dev lo
    ip netns exec hosts sysctl -qw net.ipv4.icmp_msgs_per_sec=100000 net.ipv4.icmp_msgs_burst=10000 || true`);
  const set = (state: string, isV6: boolean) => {
    const members = hosts.filter((host) => host.state === state && host.isV6 === isV6).map(({ address }) => address);
    return `set ${state}${isV6 ? 6 : 4} { type ipv${isV6 ? 6 : 4}_addr; elements = { ${members.join(", ")} }; }`;
  };
  const sets = ["silent", "closed"].flatMap((state) => [set(state, false), set(state, true)]);
  // One agent answers for all: connection tracking gives every reply the address that was asked.
  await lab.rules(
    "hosts",
    `table inet hosts {
       ${sets.join("\n")}
       chain first { type filter hook input priority 0;
         ip daddr @silent4 drop
         ip6 daddr @silent6 drop
         ip daddr @closed4 tcp dport 6556 reject with tcp reset
         ip6 daddr @closed6 tcp dport 6556 reject with tcp reset
       }
       chain agent { type nat hook prerouting priority -100;
         ip daddr != @silent4 udp dport 161 redirect to :1161
         ip6 daddr != @silent6 udp dport 161 redirect to :1161
       }
     }`,
  );
  await startSnmpd(lab, "hosts", ["udp:1161", "udp6:1161"], 1161);
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 6556, says: "16" }]);
}
