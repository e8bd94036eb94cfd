import { expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { at, buildPath, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const families = ["v4", "v6"] as const;
/**
 * One host for each protocol: a packet for a host that comes while its router sends the errors takes away those that are
 * not sent yet (docs/notes/icmp-errors.md#when-they-come), and the kernel repeats a SYN just then.
 */
const off = { tcp: at(2, 66), icmp: at(2, 67), udp: at(2, 68) };
const protocols = ["tcp", "icmp", "udp"] as const;
const slow = at(2, 10);
const topology = topologyOf({
  hosts: [
    ...protocols.map((protocol) => quietHost(`off-${protocol}`, Object.values(off[protocol]))),
    { ...quietHost("slow", Object.values(slow)), agent: "legacy" },
  ],
  requirements: [
    { from: "server", to: "off-tcp", tcp: 7_000 },
    { from: "server", to: "off-icmp", icmp: true },
    { from: "server", to: "off-udp", udp: 7_000 },
    { from: "server", to: "slow", tcp: 6_556 },
  ],
});
const onlyOff = protocols.flatMap((protocol) => ["--only", `off-${protocol}`]);

let byDefault: Checked;
let late: Checked;
let alone: Checked;
useLab([], async (lab) => {
  await buildPath(lab, [10]);
  // An agent that says nothing: its probe is under way for ten seconds.
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 6_556 }]);
  byDefault = await check(lab, topology, { args: onlyOff });
  const short = ["--timeout", "2s"]; // two tries fit, so nothing is confirmed afterwards
  late = await check(lab, topology, { args: ["--section", "2.1", "--section", "extra", ...short] });
  alone = await check(lab, topology, { args: [...onlyOff, ...short] });
});

/** Each family twice, because the router knows for a moment that it found nobody. */
const cases = families.flatMap((family) => protocols.map((protocol) => [protocol, family] as const));
const of = (run: Checked, protocol: (typeof protocols)[number], family: (typeof families)[number]) =>
  resultOf(run, { to: `off-${protocol}`, protocol, address: off[protocol][family] });

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
  expect(result.rttMs).toBeGreaterThan(2_000);
});

test.each(cases)("twin: a run with nothing else to wait for ends at its deadline, %s over %s", (...which) => {
  const result = of(alone, ...which);
  expect(result.outcome).toBe("silent");
  expect(result.evidence.waitedMs).toBeLessThan(3_000);
});
