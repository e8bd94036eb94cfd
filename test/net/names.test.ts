import { expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { addAddress, addCable, addNode, addRoute, at, buildPath, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";

/** `target.lab.test` is place 10 for `cmk` and place 11 for `web01`; only place 11 has a listener. `half.lab.test` also
 * has an IPv6 address that nobody has a route for. */
const target = quietHost("target", "target.lab.test");
const topology = topologyOf({
  hosts: [
    target,
    quietHost("both", "both.lab.test"),
    quietHost("nobody", "nobody.lab.test"),
    quietHost("half", "half.lab.test"),
    quietHost("web01", at(3, 2).v4),
  ],
  requirements: ["server", "web01"].flatMap((from) =>
    ["target", "both", "nobody", "half"].map((to) => ({ from, to, tcp: 7000 })),
  ),
  vantages: { cmk: "local", web01: { exec: ["ip", "netns", "exec", "web01"] } },
});

let checked: Checked;
const lab = useLab([], async (lab) => {
  await buildPath(lab, [10, 11]);
  await addNode(lab, "web01");
  await addCable(lab, "web01", "fw");
  await addAddress(lab, "web01", "fw", 3, 2);
  await addAddress(lab, "fw", "web01", 3, 1);
  await addRoute(lab, "web01", 2, at(3, 1));
  await addRoute(lab, "hosts", 3, at(2, 1));
  await listen(lab, "hosts", [{ protocol: "tcp", address: at(2, 11).v4, port: 7000 }]);
  await lab.script(`
    mkdir -p /etc/netns/cmk /etc/netns/web01
    echo 'hosts: files' > /etc/nsswitch.conf
    printf '%s\\n' '${at(2, 10).v4} target.lab.test' '${at(2, 10).v4} both.lab.test' '${at(2, 11).v4} both.lab.test' \
      '${at(2, 11).v4} half.lab.test' '${at(77, 1).v6} half.lab.test' > /etc/netns/cmk/hosts
    printf '%s\\n' '${at(2, 11).v4} target.lab.test' '${at(2, 11).v4} both.lab.test' \
      '${at(2, 11).v4} half.lab.test' '${at(77, 1).v6} half.lab.test' > /etc/netns/web01/hosts`);
  checked = await check(lab, topology, { args: ["--section", "extra", "--timeout", "2s"] });
});

test("the same name means another address at another vantage point", () => {
  expect(resultOf(checked, { from: "cmk", to: "target", protocol: "tcp" })).toMatchObject({
    address: at(2, 10).v4,
    outcome: "refused",
    verdict: "fail",
  });
  expect(resultOf(checked, { from: "web01", to: "target", protocol: "tcp" })).toMatchObject({
    address: at(2, 11).v4,
    outcome: "open",
    verdict: "pass",
  });
});

test("a name with several addresses is as good as its worst, and each is told", () => {
  const result = resultOf(checked, { from: "cmk", to: "both", protocol: "tcp" });
  expect(inShort(result)).toBe("refused fail connection-refused observed");
  expect(result.evidence.addresses?.map(({ address, outcome }) => `${address} ${outcome.kind}`).toSorted()).toEqual([
    `${at(2, 10).v4} refused`,
    `${at(2, 11).v4} open`,
  ]);
  expect(inShort(resultOf(checked, { from: "web01", to: "both", protocol: "tcp" }))).toMatch(/^open pass/);
});

test.each(["cmk", "web01"])("a name that %s cannot resolve is that side's error, not the network's fault", (from) => {
  const result = resultOf(checked, { from, to: "nobody", protocol: "tcp" });
  expect(inShort(result)).toBe("unsent error name-not-resolved none");
  expect(result.evidence.cause).toBe("name");
});

test.each(["cmk", "web01"])("an address of a family that %s has no route for is a caveat, not a failure", (from) => {
  const result = resultOf(checked, { from, to: "half", protocol: "tcp" });
  expect(inShort(result)).toBe("open warn address-family-not-routed observed");
  expect(result.address).toBe(at(2, 11).v4);
  expect(result.evidence.addresses).toHaveLength(2);
});

test("twin: with the names mended, all pass", async () => {
  const lines = ["target", "both", "nobody", "half"].map((name) => `echo ${at(2, 11).v4} ${name}.lab.test`).join("; ");
  await lab().script(`{ ${lines}; } | tee /etc/netns/cmk/hosts > /etc/netns/web01/hosts`);
  const { run } = await check(lab(), topology, { args: ["--section", "extra", "--timeout", "2s"] });
  expect(run.results.map(({ verdict, address }) => `${verdict} ${address}`)).toEqual(
    Array(8).fill(`pass ${at(2, 11).v4}`),
  );
  expect(run.summary).toMatchObject({ verdict: "pass", pass: 8 });
});
