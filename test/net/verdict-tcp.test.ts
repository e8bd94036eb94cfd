import { describe, expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { families, firewallRules, hostName, hostsWith, mend, places, portOf, requirementsOf } from "./faults.ts";
import type { Fault } from "./faults.ts";
import { buildPath, listen, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const faults: readonly Fault[] = [
  "none",
  "drop",
  "reset",
  "port-unreachable",
  "admin-prohibited",
  "net-prohibited",
  "host-unreachable",
  "nothing-listens",
  "off",
  "no-route-at-router",
  "no-route-here",
];
const topology = topologyOf({
  hosts: hostsWith(faults).map(({ name, address }) => quietHost(name, address)),
  requirements: requirementsOf(faults, "tcp"),
});
const args = ["--section", "extra", "--timeout", "4s"];

const listening = (ports: readonly number[]) =>
  ports.map((port) => ({ protocol: "tcp", address: "::", port }) as const);

let live: Checked;
let preinstall: Checked;
let mended: Checked;

useLab([], async (lab) => {
  await buildPath(lab, places(faults));
  await setFirewall(lab, firewallRules(faults, "tcp dport 7001"));
  await listen(lab, "hosts", listening([7000, 7001]));
  // One after the other: Linux sends five ICMP errors of a burst for want of a route, and then one per second.
  live = await check(lab, topology, { args });
  preinstall = await check(lab, topology, { args: [...args, "--stage", "preinstall"] });
  await mend(lab, faults);
  await listen(lab, "hosts", listening([7101]));
  mended = await check(lab, topology, { args });
});

const refused = [
  "refused fail connection-refused observed",
  "refused warn path-open-nothing-listens observed",
  "refused warn closed-not-blocked observed",
  "refused warn closed-not-blocked observed",
] as const;
/** The router says so, and not the host: whatever listens there, the port is blocked. */
const refusedByRouter = [
  "refused fail connection-refused observed",
  "refused fail connection-refused observed",
  "refused pass blocked-as-expected observed",
  "refused pass blocked-as-expected observed",
] as const;
const unreachable = [
  "unreachable fail host-unreachable observed",
  "unreachable fail host-unreachable observed",
  "unreachable unknown unreachable-without-control observed",
  "unreachable pass blocked-as-expected observed",
] as const;
const prohibited = [
  "prohibited fail administratively-prohibited observed",
  "prohibited fail administratively-prohibited observed",
  "prohibited pass blocked-as-expected observed",
  "prohibited pass blocked-as-expected observed",
] as const;
const unsent = [
  "unsent error no-route-here none",
  "unsent error no-route-here none",
  "unsent error no-route-here none",
  undefined,
] as const;

/** Fault, family; then expected open live, open preinstall, blocked, blocked with another port of the host that answers. */
const rows = [
  ...families.map((family) => [
    "none",
    family,
    "open pass handshake-completed observed",
    "open pass handshake-completed observed",
    "open fail open-not-blocked observed",
    "open fail open-not-blocked observed",
  ]),
  ...families.map((family) => [
    "drop",
    family,
    "silent fail no-answer inferred",
    "silent fail no-answer inferred",
    "silent unknown silence-without-control inferred",
    "silent pass blocked-as-expected inferred",
  ]),
  ...families.map((family) => ["reset", family, ...refused]),
  ...families.map((family) => ["port-unreachable", family, ...refusedByRouter]),
  ...families.map((family) => ["nothing-listens", family, ...refused]),
  // Over IPv4 the system gives EHOSTUNREACH for 3/13 and ENETUNREACH for 3/9, as for plain unreachables; a raw socket
  // sees the code (witness.test.ts has both).
  ...families.map((family) => ["admin-prohibited", family, ...prohibited]),
  ...families.map((family) => ["net-prohibited", family, ...prohibited]),
  ...families.map((family) => ["host-unreachable", family, ...unreachable]),
  ...families.map((family) => ["off", family, ...unreachable.slice(0, 3), undefined]),
  ...families.map((family) => ["no-route-at-router", family, ...unreachable.slice(0, 3), undefined]),
  ...families.map((family) => ["no-route-here", family, ...unsent]),
] as [Fault, (typeof families)[number], string, string, string, string | undefined][];

describe.each(rows)("tcp, %s, %s", (fault, family, openLive, openPreinstall, blocked, blockedWithControl) => {
  const seen = (run: Checked, aim: "open" | "blocked" | "controlled") =>
    inShort(resultOf(run, { to: hostName(fault, family, aim), protocol: "tcp", port: portOf(fault) }));

  test("verdicts with the fault in place", () => {
    expect({
      live: seen(live, "open"),
      preinstall: seen(preinstall, "open"),
      blocked: seen(live, "blocked"),
      blockedWithControl: blockedWithControl === undefined ? undefined : seen(live, "controlled"),
    }).toEqual({ live: openLive, preinstall: openPreinstall, blocked, blockedWithControl });
  });

  test("twin: with the fault removed, what must be open passes and what must be blocked fails", () => {
    expect(seen(mended, "open")).toBe("open pass handshake-completed observed");
    expect(seen(mended, "blocked")).toBe("open fail open-not-blocked observed");
  });
});

const rested = rows.filter(
  ([, , , , , withControl]) => withControl?.includes("pass") === true && !/^(?:prohibited|refused)/.test(withControl),
);
test.each(rested)("a block that rests on a control names it: %s, %s", (fault, family) => {
  const to = hostName(fault, family, "controlled");
  const control = resultOf(live, { to, protocol: "tcp", port: 7000 });
  expect(control.verdict).toBe("pass");
  expect(resultOf(live, { to, protocol: "tcp", port: portOf(fault) }).evidence.control).toBe(control.id);
});
