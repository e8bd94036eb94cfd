import { expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { addAddress, addCable, addNode, addRoute, at, buildPath, cmk, listen, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const families = ["v4", "v6"] as const;
const agent = at(2, 10);
const wavering = at(2, 11);
const late = at(2, 12);
const env = { COMMUNITY: "right-community" };
const topology = topologyOf({
  server: {
    name: "cmk",
    address: [cmk.v4, cmk.v6],
    sites: [{ name: "main" }],
    features: ["syslog-tcp", "syslog-udp", "snmp-traps"],
  },
  hosts: [
    {
      name: "web01",
      address: Object.values(agent),
      agent: "legacy",
      ping: false,
      snmp: { version: "2c", community: { env: "COMMUNITY" } },
    },
    quietHost("wavering", Object.values(wavering)),
    quietHost("late", Object.values(late)),
  ],
  requirements: [
    { from: "server", to: "web01", tcp: [6556, 7000, 7001] },
    { from: "server", to: "wavering", tcp: 7000 },
    { from: "server", to: "late", tcp: 7000, icmp: true },
  ],
  vantages: { cmk: "local", web01: { exec: ["ip", "netns", "exec", "web01"] } },
});
const args = ["--section", "2.1", "--section", "2.2", "--section", "extra", "--timeout", "2s", "--controls"];

let checked: Checked;
const sent: string[] = [];
/** Each packet that leaves a node's program: protocol, target, port and source port, each combination once. */
const watch = `table inet watch {
  set tcp4 { type ipv4_addr . inet_service . inet_service; flags dynamic; }
  set tcp6 { type ipv6_addr . inet_service . inet_service; flags dynamic; }
  set udp4 { type ipv4_addr . inet_service . inet_service; flags dynamic; }
  set udp6 { type ipv6_addr . inet_service . inet_service; flags dynamic; }
  counter filled { }
  chain sent { type filter hook output priority -200; policy accept;
    tcp flags & (syn | ack) == syn add @tcp4 { ip daddr . tcp dport . tcp sport }
    tcp flags & (syn | ack) == syn add @tcp6 { ip6 daddr . tcp dport . tcp sport }
    add @udp4 { ip daddr . udp dport . udp sport }
    add @udp6 { ip6 daddr . udp dport . udp sport }
    udp dport { 162, 514 } udp length > 8 counter name filled
  }
}`;

/** How many connections or datagram sockets of the lab's programs went to an address and port. */
const countTo = (protocol: "tcp" | "udp", address: string, port: number) =>
  sent.filter((line) => line === `${protocol} ${address} ${port}`).length;

useLab([], async (lab) => {
  await buildPath(lab, [10, 11, 12]);
  await addNode(lab, "web01");
  await addCable(lab, "web01", "fw");
  await addAddress(lab, "web01", "fw", 3, 2);
  await addAddress(lab, "fw", "web01", 3, 1);
  await addRoute(lab, "web01", 1, at(3, 1));
  await addRoute(lab, "cmk", 3, at(1, 1));
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 7000 }]);
  await lab.rules("cmk", watch);
  await lab.rules("web01", watch);
  await setFirewall(
    lab,
    families.map((family) => `${family === "v4" ? "ip" : "ip6"} daddr ${agent[family]} tcp dport { 6556, 7001 } drop`),
  );
  // The first connection to `wavering` is refused, every later one is let through. Lost on the way to `late`: the first
  // SYN and its repetition by the kernel, and the first echo request.
  await lab.rules(
    "hosts",
    `table inet wavering {
       set known4 { type ipv4_addr; flags dynamic; }
       set known6 { type ipv6_addr; flags dynamic; }
       chain received { type filter hook input priority 0; policy accept;
         ip daddr ${wavering.v4} tcp flags syn ip saddr != @known4 add @known4 { ip saddr } reject with tcp reset
         ip6 daddr ${wavering.v6} tcp flags syn ip6 saddr != @known6 add @known6 { ip6 saddr } reject with tcp reset
         ip daddr ${late.v4} tcp flags syn quota until 130 bytes drop
         ip6 daddr ${late.v6} tcp flags syn quota until 170 bytes drop
         ip daddr ${late.v4} icmp type echo-request quota until 60 bytes drop
         ip6 daddr ${late.v6} icmpv6 type echo-request quota until 80 bytes drop
       }
     }`,
  );
  checked = await check(lab, topology, { args, env });
  for (const node of ["cmk", "web01"]) {
    for (const set of ["tcp4", "tcp6", "udp4", "udp6"]) {
      const listed = await lab.must(node, ["nft", "-n", "list", "set", "inet", "watch", set]);
      const found = listed.matchAll(/([\da-f.:]+) \. (\d+) \. \d+/g);
      sent.push(...[...found].map(([, address, port]) => `${set.slice(0, 3)} ${address} ${port}`));
    }
    const counter = await lab.must(node, ["nft", "list", "counter", "inet", "watch", "filled"]);
    sent.push(...(/packets 0\b/.test(counter) ? [] : [`${node} sent content to 162 or 514`]));
  }
});

test.each(families)("an agent's port is asked once, also when it is silent and required twice, over %s", (family) => {
  expect(countTo("tcp", agent[family], 6556)).toBe(1);
  for (const section of ["2.1", "extra"]) {
    const result = resultOf(checked, { section, to: "web01", protocol: "tcp", port: 6556, address: agent[family] });
    expect(inShort(result)).toBe("silent fail no-answer inferred");
    expect(result.attempts).toBe(1);
  }
});

test.each(families)("an ordinary silent port is asked twice, from two source ports, over %s", (family) => {
  expect(countTo("tcp", agent[family], 7001)).toBe(2);
  expect(resultOf(checked, { to: "web01", protocol: "tcp", port: 7001, address: agent[family] })).toMatchObject({
    outcome: "silent",
    attempts: 2,
  });
});

test.each(families)("an open port is asked once over %s", (family) => {
  expect(countTo("tcp", agent[family], 7000)).toBe(1);
});

test.each(families)("event ports get one datagram without content and one connection over %s", (family) => {
  expect(countTo("udp", cmk[family], 514)).toBe(1);
  expect(countTo("udp", cmk[family], 162)).toBe(1);
  expect(countTo("tcp", cmk[family], 514)).toBe(1);
  expect(sent.filter((line) => line.includes("content"))).toEqual([]);
});

test.each(families)(
  "a port that answers at the second attempt only is a warning that keeps the first, over %s",
  (family) => {
    const result = resultOf(checked, { to: "wavering", protocol: "tcp", port: 7000, address: wavering[family] });
    expect(inShort(result)).toBe("open warn answered-on-second-attempt observed");
    expect(result).toMatchObject({ attempts: 2, evidence: { earlier: [{ outcome: { kind: "refused" } }] } });
  },
);

test.each(families)("a second try within the deadline is a warning, too, over %s", (family) => {
  for (const protocol of ["tcp", "icmp"] as const) {
    const result = resultOf(checked, { to: "late", protocol, address: late[family] });
    expect(inShort(result)).toMatch(/^open warn answered-on-second-attempt/);
    expect(result).toMatchObject({ attempts: 2, evidence: { tries: 2 } });
    expect(result.evidence).not.toHaveProperty("earlier");
  }
  expect(countTo("tcp", late[family], 7000)).toBe(2);
});

const ports = () => [...new Set(sent.map((line) => line.split(" ").at(-1) ?? ""))].toSorted();
const isDecoy = (port: string) => Number(port) >= 20_000 && Number(port) < 30_000;

test("nothing was sent to any other port but to the decoys", () => {
  expect(ports().filter((port) => !isDecoy(port))).toEqual(["161", "162", "514", "6556", "7000", "7001"]);
});

test("each decoy was asked once, at an address where a handshake was all that is known", () => {
  const decoys = ports().filter(isDecoy);
  expect(decoys).toHaveLength(6); // three hosts with two addresses
  for (const port of decoys) expect(sent.filter((line) => line.endsWith(` ${port}`))).toHaveLength(1);
});
