import { describe, expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import {
  families,
  firewallRules,
  hostName,
  hostsWith,
  localRules,
  mend,
  places,
  portOf,
  requirementsOf,
} from "./faults.ts";
import type { Fault } from "./faults.ts";
import { buildPath, listen, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const faults: readonly Fault[] = [
  "none",
  "drop",
  "port-unreachable",
  "admin-prohibited",
  "net-prohibited",
  "host-unreachable",
  "nothing-listens",
  "mute",
  "dropped-here",
  "off",
  "no-route-at-router",
  "no-route-here",
];
const hosts = hostsWith(faults);
const topology = topologyOf({
  hosts: hosts.map(({ name, address }) => quietHost(name, address)),
  requirements: requirementsOf(faults, "udp"),
});
const args = ["--section", "extra", "--timeout", "4s"];

/** A UDP socket for each address, so that every answer comes from the address that was asked. */
function sockets(which: (fault: Fault) => boolean, mute = false) {
  const wanted = hosts.filter(({ fault }) => which(fault));
  return wanted.map(({ address, fault }) => ({ protocol: "udp" as const, address, port: portOf(fault), mute }));
}
const isAway = (fault: Fault) => ["off", "no-route-at-router", "no-route-here"].includes(fault);

let live: Checked;
let preinstall: Checked;
let mended: Checked;

useLab([], async (lab) => {
  await buildPath(lab, places(faults));
  await setFirewall(lab, firewallRules(faults, "udp dport 7001"));
  await lab.rules("cmk", localRules(faults));
  const ordinary = (fault: Fault) => !isAway(fault) && fault !== "nothing-listens" && fault !== "mute";
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 7000 }, ...sockets(ordinary)]);
  const mute = await listen(
    lab,
    "hosts",
    sockets((fault) => fault === "mute", true),
  );
  // One after the other: Linux sends five ICMP errors of a burst for want of a route, and then one per second.
  live = await check(lab, topology, { args });
  preinstall = await check(lab, topology, { args: [...args, "--stage", "preinstall"] });
  await mend(lab, faults);
  await mute.stop();
  const missing = (fault: Fault) => isAway(fault) || fault === "mute" || fault === "nothing-listens";
  await listen(lab, "hosts", sockets(missing));
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
/** The router says so, and not the host, so the path is not open; a router that is asked itself may do so, too. */
const refusedByRouter = [
  "refused fail port-unreachable observed",
  "refused fail port-unreachable observed",
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
const keptBack = [
  "unsent error local-firewall none",
  "unsent error local-firewall none",
  "unsent error local-firewall none",
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
  ...families.map((family) => ["port-unreachable", family, ...refusedByRouter]),
  ...families.map((family) => ["nothing-listens", family, ...refused]),
  // A connected UDP socket is told of fatal codes only, and not which (docs/notes/linux-network.md); a raw socket sees
  // them all (witness.test.ts has both).
  ...families.map((family) => ["admin-prohibited", family, ...prohibited]),
  ...families.map((family) => ["net-prohibited", family, ...prohibited]),
  ...families.map((family) => ["host-unreachable", family, ...unreachable]),
  ...families.map((family) => ["dropped-here", family, ...keptBack]),
  ...families.map((family) => ["off", family, ...unreachable]),
  ...families.map((family) => ["no-route-at-router", family, ...unreachable]),
  ...families.map((family) => ["no-route-here", family, ...unsent]),
] as [Fault, (typeof families)[number], string, string, string][];

describe.each(rows)("udp, %s, %s", (fault, family, openLive, openPreinstall, blocked) => {
  const seen = (run: Checked, aim: "open" | "blocked" | "controlled") =>
    inShort(resultOf(run, { to: hostName(fault, family, aim), protocol: "udp", port: portOf(fault) }));

  test("verdicts with the fault in place; a control makes no difference", () => {
    expect({
      live: seen(live, "open"),
      preinstall: seen(preinstall, "open"),
      blocked: seen(live, "blocked"),
      blockedWithControl: isAway(fault) ? blocked : seen(live, "controlled"),
    }).toEqual({ live: openLive, preinstall: openPreinstall, blocked, blockedWithControl: blocked });
  });

  test("twin: with the fault removed, what must be open passes and what must be blocked fails", () => {
    expect(seen(mended, "open")).toBe(open[0]);
    expect(seen(mended, "blocked")).toBe(open[2]);
  });
});
