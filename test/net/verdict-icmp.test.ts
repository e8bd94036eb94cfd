import { describe, expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { families, firewallRules, hostName, hostsWith, localRules, mend, places, requirementsOf } from "./faults.ts";
import type { Fault } from "./faults.ts";
import { at, buildPath, listen, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";
import { withoutRaw } from "./without-raw.ts";

const faults: readonly Fault[] = [
  "none",
  "drop",
  "port-unreachable",
  "admin-prohibited",
  "net-prohibited",
  "host-unreachable",
  "dropped-here",
  "off",
  "no-route-at-router",
  "no-route-here",
];
const topology = topologyOf({
  hosts: hostsWith(faults).map(({ name, address }) => quietHost(name, address)),
  requirements: requirementsOf(faults, "icmp"),
});
const args = ["--section", "extra", "--timeout", "4s"];

const runs: Partial<Record<"raw-socket" | "ping" | "mended", Checked>> = {};

const lab = useLab(["ping", "setpriv"], async (lab) => {
  await buildPath(lab, places(faults));
  await setFirewall(lab, firewallRules(faults, { v4: "icmp type echo-request", v6: "icmpv6 type echo-request" }));
  await lab.rules("cmk", localRules(faults));
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 7000 }]);
  // One after the other: Linux sends five ICMP errors of a burst for want of a route, and then one per second.
  runs["raw-socket"] = await check(lab, topology, { args });
  runs.ping = await check(lab, topology, { args, behind: withoutRaw(lab) });
  await mend(lab, faults);
  runs.mended = await check(lab, topology, { args });
});

const silent = [
  "silent fail no-answer inferred",
  "silent unknown silence-without-control inferred",
  "silent pass blocked-as-expected inferred",
] as const;
const prohibited = [
  "prohibited fail administratively-prohibited observed",
  "prohibited pass blocked-as-expected observed",
  "prohibited pass blocked-as-expected observed",
] as const;
const unreachable = [
  "unreachable fail host-unreachable observed",
  "unreachable unknown unreachable-without-control observed",
  "unreachable pass blocked-as-expected observed",
] as const;
const unsent = ["unsent error no-route-here none", "unsent error no-route-here none", undefined] as const;

/** Fault, then: expected open; blocked; blocked with a TCP port of the host that answers as control. */
const rows = (
  [
    ["none", "open pass echo-reply proven", "open fail open-not-blocked proven", "open fail open-not-blocked proven"],
    ["drop", ...silent],
    // Nothing listens for echo requests, so nothing can refuse one: only a firewall answers like this.
    ["port-unreachable", ...unreachable],
    ["admin-prohibited", ...prohibited],
    ["net-prohibited", ...prohibited],
    ["host-unreachable", ...unreachable],
    ["off", ...unreachable.slice(0, 2), undefined],
    ["no-route-at-router", ...unreachable.slice(0, 2), undefined],
    ["no-route-here", ...unsent],
  ] as [Fault, string, string, string | undefined][]
).flatMap(([fault, ...verdicts]) => families.map((family) => [fault, family, ...verdicts] as const));

const echo = (name: keyof typeof runs, fault: Fault, family: "v4" | "v6", aim: "open" | "blocked" | "controlled") => {
  const run = runs[name];
  if (run === undefined) throw new Error(`there was no run "${name}"`);
  return resultOf(run, { to: hostName(fault, family, aim), protocol: "icmp" });
};

describe.each(["raw-socket", "ping"] as const)("icmp through %s", (method) => {
  test.each(rows)("%s, %s", (fault, family, open, blocked, blockedWithControl) => {
    expect({
      open: inShort(echo(method, fault, family, "open")),
      blocked: inShort(echo(method, fault, family, "blocked")),
      blockedWithControl:
        blockedWithControl === undefined ? undefined : inShort(echo(method, fault, family, "controlled")),
    }).toEqual({ open, blocked, blockedWithControl });
  });

  test.each(families)("the evidence says how it was sent over %s", (family) => {
    expect(echo(method, "none", family, "open").evidence.method).toBe(method);
    expect(echo(method, "drop", family, "open").evidence.method).toBe(method);
  });
});

test.each(families)("what a rule of this machine keeps back over %s is this side's error", (family) => {
  // Only with the raw socket: iputils' ping says nothing of it and counts the packet as sent.
  const seen = inShort(echo("raw-socket", "dropped-here", family, "open"));
  expect(seen).toBe("unsent error local-firewall none");
});

test.each(rows.map(([fault, family]) => [fault, family] as const))(
  "twin: %s, %s, with the fault removed, echo passes and is not blocked",
  (fault, family) => {
    expect(inShort(echo("mended", fault, family, "open"))).toBe("open pass echo-reply proven");
    expect(inShort(echo("mended", fault, family, "blocked"))).toBe("open fail open-not-blocked proven");
  },
);

test("with neither raw sockets nor the ping program nothing is sent, and the advice names a remedy", async () => {
  const here = topologyOf({
    hosts: families.map((family) => quietHost(family, at(2, 10)[family])),
    requirements: families.map((to) => ({ from: "server", to, icmp: true })),
  });
  const behind = ["setpriv", "--inh-caps=-all", "--bounding-set=-net_raw", "env", `PATH=${lab().dir}`];
  const { run, code } = await check(lab(), here, { args, behind });
  for (const to of families) {
    const result = resultOf({ run }, { to, protocol: "icmp" });
    expect(inShort(result)).toMatch(/^unsent error (privilege-missing|program-missing) none$/);
    expect(result.advice).toMatch(/setcap|root/);
  }
  expect(code).toBe(3);
});
