import { describe, expect, it } from "vitest";
import { check, topologyOf } from "../net/check.ts";
import { at, buildPath, cmk, listen, setFirewall } from "../net/paths.ts";
import { useLab } from "../net/use-lab.ts";

const host = at(2, 10);
const net = useLab(["python3", "perl", "setpriv"], (lab) => buildPath(lab, [10]));
const enter = ["ip", "netns", "exec", "hosts"];

/** A host behind a firewall with flows of both directions, protocols and families, and a port below 1024. */
const topology = (worker: string, exec: readonly string[] = enter) =>
  topologyOf({
    stage: "preinstall",
    server: {
      name: "cmk",
      address: [cmk.v4, cmk.v6],
      sites: [{ name: "main" }],
      features: ["syslog-udp", "syslog-tcp", "snmp-traps"],
    },
    hosts: [{ name: "web01", address: [host.v4, host.v6], agent: "push", ping: true }],
    requirements: [
      { from: "cmk", to: "web01", udp: 161, why: "a port below 1024" },
      { from: "cmk", to: "web01", tcp: 22 },
      { from: "cmk", to: "web01", tcp: 7022, expect: "blocked" },
    ],
    vantages: { cmk: "local", web01: { exec, worker } },
  });
const responders = ["--responders", "auto", "--timeout", "1500ms"];

describe.each(["node", "python", "perl"])("a responder in %s", (worker) => {
  it("proves every cell before anything is installed", async () => {
    await setFirewall(net(), ["tcp dport 7022 drop"]);
    const { run, code } = await check(net(), topology(worker), { args: responders });
    expect(run.notes ?? []).toEqual([]);
    expect(new Set(run.results.map(({ reason }) => reason))).toEqual(
      new Set(["responder-answered", "echo-reply", "blocked-as-expected"]),
    );
    expect(code).toBe(0);
  });
});

it("a service cannot have its port while a responder holds it before the installation", async () => {
  await setFirewall(net(), ["tcp dport { 22, 7022 } drop"]);
  const checking = check(net(), topology("python"), { args: [...responders, "--timeout", "4s"] });
  const ports = async () => (await net().must("hosts", ["ss", "-Hlnt"])).trim();
  await expect.poll(ports, { timeout: 30_000, interval: 30 }).toContain(":22 ");
  await expect(listen(net(), "hosts", [{ protocol: "tcp", address: host.v4, port: 22 }])).rejects.toThrow("EADDRINUSE");
  await checking;
  expect(await ports()).toBe("");
  const service = await listen(net(), "hosts", [{ protocol: "tcp", address: host.v4, port: 22 }]);
  await service.stop();
});
