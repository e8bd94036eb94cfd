import { describe, expect, test } from "vitest";
import { check, type Checked, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import { at, buildPath, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const ports = Array.from({ length: 12 }, (_, n) => 7_001 + n);
const far = at(2, 10);
const topology = topologyOf({
  hosts: [quietHost("far", [far.v4])],
  requirements: [{ from: "server", to: "far", tcp: ports, service: "none" }],
});
/** The kernel's own limits: six errors to one peer at once, then one a second (icmp(7)). */
const limits = ["net.ipv4.icmp_ratemask=6168", "net.ipv4.icmp_ratelimit=1000"];

let limited: Checked;
let unlimited: Checked;
useLab([], async (lab) => {
  await buildPath(lab, [10]);
  await setFirewall(lab, [`ip daddr ${far.v4} tcp dport 7000-7100 reject with icmp type admin-prohibited`]);
  const args = ["--section", "extra", "--timeout", "1500ms"];
  unlimited = await check(lab, topology, { args });
  await lab.script(`ip netns exec fw sysctl -qw ${limits.join(" ")}`);
  limited = await check(lab, topology, { args });
});

const of = (run: Checked, port: number) => resultOf(run, { to: "far", protocol: "tcp", port });
const rejected = "prohibited fail administratively-prohibited observed";

describe("a router that sends one ICMP error a second", () => {
  test("no port is called silent without a note on that", () => {
    for (const port of ports) {
      const { outcome, evidence, advice } = of(limited, port);
      expect(["prohibited", "silent"]).toContain(outcome);
      if (outcome !== "silent") continue;
      expect(evidence.askedAtReporterPace).toMatchObject({ reporter: at(1, 1).v4 });
      expect(advice).toContain(`${at(1, 1).v4} sent ICMP errors for`);
    }
  });

  test("what is asked again at its pace is told", () => {
    const told = ports.filter((port) => of(limited, port).evidence.askedAtReporterPace?.outcome === "prohibited");
    expect(told).not.toEqual([]);
    for (const port of told) expect(inShort(of(limited, port))).toBe(rejected);
    expect(limited.stderr).toContain("at its pace, about one a second");
  });
});

test("twin: without limits all are told at once, and nothing is asked again", () => {
  for (const port of ports) {
    expect(inShort(of(unlimited, port))).toBe(rejected);
    expect(of(unlimited, port).evidence.askedAtReporterPace).toBeUndefined();
  }
  expect(unlimited.stderr).not.toContain("at its pace");
});
