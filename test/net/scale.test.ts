import { expect, test } from "vitest";
import { check, inShort, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { startSnmpd } from "./daemons.ts";
import { buildPath, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const hostCount = 1000;
const timeoutMs = 3000;
/** Even hosts have an IPv4 address, odd ones an IPv6 address; of each 40, two are silent and two refuse the agent's port. */
const states: Record<number, "silent" | "closed" | undefined> = { 3: "silent", 6: "silent", 9: "closed", 12: "closed" };
const hosts = Array.from({ length: hostCount }, (_, index) => {
  const isV6 = index % 2 === 1;
  const v6 = `fd21:3:64::${(index + 1).toString(16)}`;
  const v4 = `10.213.${100 + Math.floor(index / 250)}.${(index % 250) + 1}`;
  const name = `host-${String(index).padStart(4, "0")}`;
  return { name, address: isV6 ? v6 : v4, isV6, state: states[index % 40] ?? ("open" as const) };
});
const silent = hosts.filter(({ state }) => state === "silent");
const topology = topologyOf({
  hosts: hosts.map(({ name, address }) => ({
    name,
    address,
    snmp: { version: "2c", community: { env: "COMMUNITY" } },
  })),
});

let checked: Checked;
const lab = useLab(["snmpd"], async (lab) => {
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
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 6556 }]);
  checked = await check(lab, topology, {
    env: { COMMUNITY: "right-community" },
    args: ["--section", "2.1", "--timeout", `${timeoutMs}ms`],
  });
});

test("few file descriptors make it slower, not wrong", async () => {
  const open = topology.hosts.filter((_, index) => hosts[index]?.state === "open").slice(0, 100);
  const { run } = await check(lab(), topologyOf({ hosts: open }), {
    env: { COMMUNITY: "right-community" },
    args: ["--section", "2.1", "--timeout", `${timeoutMs}ms`],
    behind: ["sh", "-c", `ulimit -n 256; exec "$@"`, "sh"],
  });
  expect(run.summary).toMatchObject({ verdict: "pass", pass: 300, warn: 0, fail: 0, unknown: 0, error: 0 });
});

test("every one of 3,000 verdicts is exactly right", () => {
  const agent = {
    silent: "silent fail no-answer inferred",
    closed: "refused fail connection-refused observed",
    open: "open pass handshake-completed observed",
  };
  const expected = hosts.flatMap(({ name, address, state }) => [
    `${name} ${address} icmp ${state === "silent" ? "silent fail no-answer inferred" : "open pass echo-reply proven"}`,
    `${name} ${address} tcp ${agent[state]}`,
    `${name} ${address} udp ${state === "silent" ? "silent unknown udp-silence inferred" : "open pass service-answered proven"}`,
  ]);
  const seen = checked.run.results.map(
    (result) => `${result.to} ${result.address} ${result.protocol} ${inShort(result)}`,
  );
  expect(seen.toSorted()).toEqual(expected.toSorted());
  expect(silent).toHaveLength(hostCount / 20);
});

// The bound that issue 2 asks for on this kind of machine; the deadline of 3 s leaves room for a busy one.
test("silent hosts cost two deadlines and not their sum", () => {
  expect(checked.run.durationMs).toBeLessThanOrEqual(2 * timeoutMs + 2000);
});
