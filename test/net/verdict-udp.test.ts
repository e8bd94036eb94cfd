import { describe, expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { addresses, families, firewallRules, hostName, mend, places, requirementsOf } from "./faults.ts";
import type { Fault } from "./faults.ts";
import { buildPath, listen, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const faults: readonly Fault[] = [
  "none",
  "drop",
  "port-unreachable",
  "admin-prohibited",
  "host-unreachable",
  "nothing-listens",
  "mute",
  "off",
  "no-route-at-router",
  "no-route-here",
];
const hosts = addresses(faults);
const topology = topologyOf({
  hosts: hosts.map(({ name, address }) => quietHost(name, address)),
  requirements: requirementsOf(faults, "udp"),
});
const args = ["--section", "extra", "--timeout", "2s"];

/** A UDP socket for each address, so that every answer comes from the address that was asked. */
function sockets(which: (fault: Fault) => boolean, ports: readonly number[], mute = false) {
  return hosts
    .filter(({ fault }) => which(fault))
    .flatMap(({ address }) => ports.map((port) => ({ protocol: "udp" as const, address, port, mute })));
}
const isAway = (fault: Fault) => ["off", "no-route-at-router", "no-route-here"].includes(fault);

let live: Checked;
let preinstall: Checked;
let mended: Checked;

useLab([], async (lab) => {
  await buildPath(lab, places(faults));
  await setFirewall(lab, firewallRules(faults, "udp dport { 7001, 7002 }"));
  const ordinary = (fault: Fault) => !isAway(fault) && fault !== "nothing-listens" && fault !== "mute";
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 7000 }, ...sockets(ordinary, [7001, 7002])]);
  const mute = await listen(
    lab,
    "hosts",
    sockets((fault) => fault === "mute", [7001, 7002], true),
  );
  [live, preinstall] = await Promise.all([
    check(lab, topology, { args }),
    check(lab, topology, { args: [...args, "--stage", "preinstall"] }),
  ]);
  await mend(lab, faults);
  await mute.stop();
  await listen(lab, "hosts", [
    ...sockets((fault) => isAway(fault) || fault === "mute", [7001, 7002]),
    ...sockets((fault) => fault === "nothing-listens", [7101, 7102]),
  ]);
  mended = await check(lab, topology, { args });
});

const open = [
  "open pass reply-received observed",
  "open pass reply-received observed",
  "open fail open-not-blocked observed",
] as const;
const silent = [
  "silent unknown udp-silence inferred",
  "silent unknown udp-silence inferred",
  "silent unknown udp-silence inferred",
] as const;
const refused = [
  "refused fail port-unreachable observed",
  "refused warn path-open-nothing-listens observed",
  "refused warn closed-not-blocked observed",
] as const;
const unreachable = [
  "unreachable fail host-unreachable observed",
  "unreachable fail host-unreachable observed",
  "unreachable unknown udp-unreachable observed",
] as const;
const prohibited = [
  "prohibited fail administratively-prohibited observed",
  "prohibited fail administratively-prohibited observed",
  "prohibited pass blocked-as-expected observed",
] as const;
const unsent = [
  "unsent error no-route-here none",
  "unsent error no-route-here none",
  "unsent error no-route-here none",
] as const;

/** Fault, family; then expected open live, open preinstall, and blocked, with and without a control on the host. */
const rows = [
  ...families.map((family) => ["none", family, ...open]),
  ...families.map((family) => ["drop", family, ...silent]),
  ...families.map((family) => ["mute", family, ...silent]),
  ...families.map((family) => ["port-unreachable", family, ...refused]),
  ...families.map((family) => ["nothing-listens", family, ...refused]),
  // The system gives a connected UDP socket EHOSTUNREACH for this code over IPv4 and EACCES over IPv6, and for host
  // and network unreachable nothing at all (facts/network.md §1).
  ["admin-prohibited", "v4", ...unreachable],
  ["admin-prohibited", "v6", ...prohibited],
  ...families.map((family) => ["host-unreachable", family, ...silent]),
  ...families.map((family) => ["off", family, ...silent]),
  ...families.map((family) => ["no-route-at-router", family, ...silent]),
  ...families.map((family) => ["no-route-here", family, ...unsent]),
] as [Fault, (typeof families)[number], string, string, string][];

describe.each(rows)("udp, %s, %s", (fault, family, openLive, openPreinstall, blocked) => {
  const name = hostName(fault, family);
  const controlled = hostName(fault, family, true);
  const [openPort, blockedPort] = fault === "nothing-listens" ? [7101, 7102] : [7001, 7002];

  test("verdicts with the fault in place", () => {
    expect({
      live: inShort(resultOf(live, { to: name, protocol: "udp", port: openPort })),
      preinstall: inShort(resultOf(preinstall, { to: name, protocol: "udp", port: openPort })),
      blocked: inShort(resultOf(live, { to: name, protocol: "udp", port: blockedPort })),
    }).toEqual({ live: openLive, preinstall: openPreinstall, blocked });
  });

  test.runIf(!isAway(fault))("`blocked` is judged the same where a control on the host answered", () => {
    expect(inShort(resultOf(live, { to: controlled, protocol: "tcp", port: 7000 }))).toMatch(/^open pass/);
    expect(inShort(resultOf(live, { to: controlled, protocol: "udp", port: blockedPort }))).toBe(blocked);
  });

  test("twin: with the fault removed, what must be open passes and what must be blocked fails", () => {
    expect(inShort(resultOf(mended, { to: name, protocol: "udp", port: openPort }))).toBe(open[0]);
    expect(inShort(resultOf(mended, { to: name, protocol: "udp", port: blockedPort }))).toBe(open[2]);
  });
});
