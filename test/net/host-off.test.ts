import { expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { at, buildPath, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const families = ["v4", "v6"] as const;
const off = at(2, 66);
const slow = at(2, 10);
const topology = topologyOf({
  hosts: [quietHost("off", Object.values(off)), { ...quietHost("slow", Object.values(slow)), agent: "legacy" }],
  requirements: [
    { from: "server", to: "off", tcp: 7_000, icmp: true },
    { from: "server", to: "off", udp: 7_000 },
    { from: "server", to: "slow", tcp: 6_556 },
  ],
});
const only = (node: string) => ["--only", node];

let byDefault: Checked;
let late: Checked;
let alone: Checked;
useLab([], async (lab) => {
  await buildPath(lab, [10]);
  // An agent that says nothing: its probe is under way for five seconds.
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 6_556 }]);
  byDefault = await check(lab, topology, { args: only("off") });
  const short = ["--timeout", "1500ms"];
  late = await check(lab, topology, { args: ["--section", "2.1", "--section", "extra", ...short] });
  alone = await check(lab, topology, { args: [...only("off"), ...short] });
});

/** Each family twice, because the router knows for a moment that it found nobody. */
const cases = families.flatMap((family) =>
  (["tcp", "icmp", "udp"] as const).map((protocol) => [protocol, family] as const),
);
const of = (run: Checked, protocol: "tcp" | "udp" | "icmp", family: (typeof families)[number]) =>
  resultOf(run, { to: "off", protocol, address: off[family] });

test.each(cases)(
  "a host that is off: the default deadline leaves its router time to say so, %s over %s",
  (...which) => {
    const result = of(byDefault, ...which);
    expect(inShort(result)).toMatch(/^unreachable fail host-unreachable /);
    expect(result.evidence).toMatchObject({ reporter: at(1, 1)[which[1]], codeSeen: true });
  },
);

test.each(cases)("what the router says after the deadline counts as long as the run lasts, %s over %s", (...which) => {
  const result = of(late, ...which);
  expect(inShort(result)).toMatch(/^unreachable fail host-unreachable /);
  expect(result.rttMs).toBeGreaterThan(1_500);
});

test.each(cases)("twin: a run with nothing else to wait for ends at its deadline, %s over %s", (...which) => {
  const result = of(alone, ...which);
  expect(result.outcome).toBe("silent");
  expect(result.evidence.waitedMs).toBeLessThan(3_000);
});
