import { describe, expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { startChrony, startDnsmasq, startNginx, startSshd } from "./daemons.ts";
import { at, buildPath, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const families = ["v4", "v6"] as const;
const service = at(2, 10);
const topology = topologyOf({
  hosts: [quietHost("box", Object.values(service))],
  outgoing: { dns: Object.values(service), ntp: Object.values(service) },
  requirements: [{ from: "server", to: "box", tcp: [22, 53, 80] }],
});
const args = ["--section", "7", "--section", "extra", "--timeout", "2s"];

/** Protocol, port, what it is asked for, and what its own daemon answers. */
const services = [
  ["tcp", 22, "sshd", "open pass service-answered proven"],
  ["tcp", 53, "dnsmasq", "open pass handshake-completed observed"],
  ["tcp", 80, "nginx", "open pass service-answered proven"],
  ["udp", 53, "dnsmasq", "open pass service-answered proven"],
  ["udp", 123, "chronyd", "open pass service-answered proven"],
] as const;

const runs: Partial<Record<"running" | "dropped" | "stopped", Checked>> = {};
useLab(["nginx", "dnsmasq", "chronyd", "sshd", "ssh-keygen"], async (lab) => {
  await buildPath(lab, [10]);
  const daemons = await Promise.all([
    startSshd(lab, "hosts"),
    startNginx(lab, "hosts", [80]),
    startChrony(lab, "hosts"),
    startDnsmasq(lab, "hosts", Object.values(service)),
  ]);
  runs.running = await check(lab, topology, { args });
  await setFirewall(lab, ["iifname cmk drop"]);
  runs.dropped = await check(lab, topology, { args });
  await setFirewall(lab, []);
  await Promise.all(daemons.map((daemon) => daemon.stop()));
  runs.stopped = await check(lab, topology, { args });
});
const shown = (name: keyof typeof runs, protocol: "tcp" | "udp", port: number, family: (typeof families)[number]) => {
  const run = runs[name];
  if (run === undefined) throw new Error(`there was no run "${name}"`);
  return resultOf(run, { protocol, port, address: service[family] });
};

describe.each(families)("over %s", (family) => {
  test.each(services)("%s %d: %s answers, is dropped, is stopped", (protocol, port, _, running) => {
    expect([
      inShort(shown("running", protocol, port, family)),
      inShort(shown("dropped", protocol, port, family)),
      inShort(shown("stopped", protocol, port, family)),
    ]).toEqual([
      running,
      protocol === "tcp" ? "silent fail no-answer inferred" : "silent unknown udp-silence inferred",
      protocol === "tcp" ? "refused fail connection-refused observed" : "refused fail port-unreachable observed",
    ]);
  });

  test("the name server's and the time server's own answers were read", () => {
    for (const port of [53, 123]) {
      const { evidence } = shown("running", "udp", port, family);
      expect(evidence).toMatchObject({ replyMatches: true, replySummary: expect.stringMatching(/\w/) });
    }
  });
});

test("exit codes tell the three runs apart", () => {
  expect(runs.running?.code).toBe(0);
  expect(runs.dropped?.code).toBe(1);
  expect(runs.stopped?.code).toBe(1);
});
