import { expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import { addAddress, addCable, addNode, addRoute, at, buildPath, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";

/** What an agent says in plain text. */
const says = "<<<check_mk>>>\nVersion: 2.3.0\nAgentOS: linux\n";

/**
 * An agent runs on every node, on all of its addresses. Place 10 is that of the host db01, which is off: nobody has it.
 * Where its name leads home, the agent at home would answer for it.
 */
const lab = useLab([], async (lab) => {
  await buildPath(lab, [11]);
  await addNode(lab, "web01");
  await addCable(lab, "web01", "fw");
  await addAddress(lab, "web01", "fw", 3, 2);
  await addAddress(lab, "fw", "web01", 3, 1);
  await addRoute(lab, "web01", 2, at(3, 1));
  await addRoute(lab, "hosts", 3, at(2, 1));
  for (const node of ["cmk", "web01"]) await listen(lab, node, [{ protocol: "tcp", address: "::", port: 6556, says }]);
  await listen(lab, "hosts", [{ protocol: "tcp", address: at(2, 11).v4, port: 6556, says }]);
  await lab.script(`
    mkdir -p /etc/netns/cmk /etc/netns/web01
    echo 'hosts: files' > /etc/nsswitch.conf`);
});

/** What the hosts files of cmk and web01 say of db01; their own names lead home, as Debian writes it. */
const hostsFiles = (...addresses: string[]) =>
  lab().script(
    ["cmk", "web01"]
      .map((node) => {
        const lines = [`127.0.1.1 ${node}.lab.test`, ...addresses.map((address) => `${address} db01.lab.test`)];
        return `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} > /etc/netns/${node}/hosts`;
      })
      .join("\n"),
  );

const topology = topologyOf({
  server: { name: "cmk", address: "cmk.lab.test", sites: [{ name: "main" }] },
  hosts: [quietHost("db01", "db01.lab.test"), quietHost("web01", "web01.lab.test"), quietHost("declared", "127.0.0.1")],
  requirements: [
    { from: "cmk", to: "db01", tcp: 6556, icmp: true },
    { from: "web01", to: "db01", tcp: 6556, icmp: true },
    { from: "cmk", to: "cmk", tcp: 6556 },
    { from: "web01", to: "web01", tcp: 6556 },
    { from: "cmk", to: "declared", tcp: 6556 },
  ],
  vantages: { cmk: "local", web01: { exec: ["ip", "netns", "exec", "web01"] } },
});
const args = ["--section", "extra", "--timeout", "1s"];
const senders = ["cmk", "web01"] as const;

test.each([
  ["the loopback network", "127.0.1.1"],
  ["the unspecified address", "0.0.0.0"],
  ["loopback over IPv6", "::1"],
  ["multicast", "224.0.0.1"],
])("a name that leads to %s is an error, whoever answers there", async (_, address) => {
  await hostsFiles(address);
  const checked = await check(lab(), topology, { args });
  for (const from of senders) {
    for (const protocol of ["tcp", "icmp"] as const) {
      const result = resultOf(checked, { from, to: "db01", protocol });
      expect(inShort(result)).toBe("unsent error name-resolves-to-self none");
      expect(result.message).toContain(`db01.lab.test resolves to ${address}`);
    }
    // Its own name leads home, too, and is right.
    expect(inShort(resultOf(checked, { from, to: from, protocol: "tcp" }))).toMatch(/^open /);
  }
  expect(inShort(resultOf(checked, { from: "cmk", to: "declared", protocol: "tcp" }))).toMatch(/^open /);
  expect(checked.code).toBe(3); // never 0
  expect(checked.run.summary.error).toBe(4);
});

test("so is one that leads to another address of the sender", async () => {
  await lab().script(`
    echo '${at(1, 2).v4} db01.lab.test' > /etc/netns/cmk/hosts
    echo '${at(3, 2).v4} db01.lab.test' > /etc/netns/web01/hosts`);
  const checked = await check(lab(), topology, { args: [...args, "--only", "db01"] });
  for (const from of senders)
    expect(inShort(resultOf(checked, { from, to: "db01", protocol: "tcp" }))).toBe(
      "unsent error name-resolves-to-self none",
    );
});

test("twin: with the right address it is asked, and a host that is off is one that is off", async () => {
  await hostsFiles(at(2, 11).v4);
  const checked = await check(lab(), topology, { args: [...args, "--only", "db01"] });
  for (const from of senders) {
    expect(resultOf(checked, { from, to: "db01", protocol: "tcp" })).toMatchObject({
      outcome: "open",
      address: at(2, 11).v4,
    });
    expect(inShort(resultOf(checked, { from, to: "db01", protocol: "icmp" }))).toBe("open pass echo-reply proven");
  }
  await hostsFiles(at(2, 10).v4);
  const off = await check(lab(), topology, { args: [...args, "--only", "db01"] });
  for (const from of senders)
    expect(resultOf(off, { from, to: "db01", protocol: "tcp" })).toMatchObject({
      verdict: "fail",
      address: at(2, 10).v4,
    });
});
