import { expect, test } from "vitest";
import { check, inShort, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { hostCount, hosts, buildManyHosts, topology } from "./many-hosts.ts";
import { useLab } from "./use-lab.ts";

const timeoutMs = 3000;
const silent = hosts.filter(({ state }) => state === "silent");

let checked: Checked;
const lab = useLab(["snmpd"], async (lab) => {
  await buildManyHosts(lab);
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
    open: "open pass service-answered proven",
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

// The bound on this kind of machine; the deadline of 3 s leaves room for a busy one.
test("silent hosts cost two deadlines and not their sum", () => {
  expect(checked.run.durationMs).toBeLessThanOrEqual(2 * timeoutMs + 2000);
});
