import { setTimeout as sleep } from "node:timers/promises";
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

/** What /proc/PID/status says of the rights of each process that listens on the host, and who started it. */
async function rightsOfListeners() {
  const listening = await net().must("hosts", ["ss", "-Hlntup"]);
  const pids = [...new Set([...listening.matchAll(/pid=(\d+)/g)].map(([, pid = ""]) => pid))];
  const rights = await Promise.all(
    pids.map(async (pid) => {
      const status = await net().must("hosts", ["cat", `/proc/${pid}/status`]);
      const of = (name: string) => new RegExp(`^${name}:\\t(.*)$`, "m").exec(status)?.[1]?.trim() ?? "";
      return {
        uid: of("Uid"),
        gid: of("Gid"),
        groups: of("Groups"),
        caps: of("CapEff") + of("CapPrm"),
        parent: of("PPid"),
      };
    }),
  );
  return { listening, rights };
}
const nobodys = { uid: "65534\t65534\t65534\t65534", gid: "65534\t65534\t65534\t65534", caps: "0".repeat(32) };

/** Runs a check whose probes to two ports below 1024 get no answer, and looks meanwhile who has them. */
async function whileListening<Seen>(asked: object, look: () => Promise<Seen>, options: object = {}) {
  await setFirewall(net(), ["tcp sport 22 drop", "udp sport 161 drop"]);
  let isOver = false;
  const checking = check(net(), { ...asked }, { args: [...responders, "--timeout", "6s"], ...options }).finally(
    () => (isOver = true),
  );
  await expect
    .poll(async () => isOver || (await net().must("hosts", ["ss", "-Hlntu"])), { timeout: 60_000, interval: 50 })
    .toMatch(/:161 [^]*:22 /);
  await sleep(1_000); // root takes each port, and for a moment has it together with the process that gets it
  const seen = await look();
  return { seen, checked: await checking };
}
const reasonsAt = ({ run }: Awaited<ReturnType<typeof check>>, port: number) => [
  ...new Set(run.results.filter((one) => one.port === port && one.to === "web01").map(({ reason }) => reason)),
];

describe.each(["node", "python", "perl"])("a responder in %s where the vantage point is root's", (worker) => {
  it("listens as nobody, below port 1024 as well; killed, its worker leaves no port", async () => {
    const { seen, checked } = await whileListening(topology(worker), async () => {
      const { rights } = await rightsOfListeners();
      await sleep(1_500);
      const { rights: later } = await rightsOfListeners();
      for (const { parent } of later) await net().must("hosts", ["kill", "-KILL", parent]);
      await expect.poll(() => net().must("hosts", ["ss", "-Hlntu"]), { timeout: 3_000, interval: 50 }).toBe("");
      return [...rights, ...later];
    });
    expect(seen).not.toEqual([]);
    for (const one of seen) {
      expect(one).toMatchObject(nobodys);
      expect(one.groups).toMatch(/^(?:65534)?$/);
    }
    expect(JSON.stringify(checked.run.notes)).toContain("broke off");
    for (const port of [22, 161]) expect(reasonsAt(checked, port)).not.toContain("path-blocked");
  });

  it("the twin: its answers are lost as the firewall has it while nothing is killed", async () => {
    const { seen, checked } = await whileListening(topology(worker), rightsOfListeners);
    for (const one of seen.rights) expect(one).toMatchObject(nobodys);
    for (const port of [22, 161]) expect(reasonsAt(checked, port)).toEqual(["reply-lost"]);
  });

  it("of an ordinary user listens as that user, in the worker itself, and has no port below 1024", async () => {
    await setFirewall(net(), []);
    await net().must("hosts", ["sysctl", "-q", "net.ipv4.ip_unprivileged_port_start=1024"]);
    const user = ["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"];
    const { run } = await check(net(), topology(worker, [...enter, ...user]), { args: responders });
    expect(JSON.stringify(run.notes ?? [])).not.toContain("privileges");
    const at = (port: number) => run.results.filter((one) => one.port === port && one.to === "web01");
    for (const { evidence, reason } of at(22)) {
      expect(reason).not.toBe("responder-answered");
      expect(JSON.stringify(evidence)).toContain("not-allowed");
    }
    expect(at(7022).map(({ reason }) => reason)).toEqual(["open-not-blocked", "open-not-blocked"]);
  });

  it("of an ordinary user who is root in a user namespace of his own listens; the twin: of root who is, it does not", async () => {
    await setFirewall(net(), []);
    const user = ["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"];
    const his = await check(net(), topology(worker, [...enter, ...user, "unshare", "-Ur"]), { args: responders });
    expect(JSON.stringify(his.run.notes ?? [])).not.toContain("privileges");
    expect(reasonsAt(his, 7022)).toEqual(["open-not-blocked"]);
    const roots = await check(net(), topology(worker, [...enter, "unshare", "-Ur"]), { args: responders });
    expect(JSON.stringify(roots.run)).toContain("the privileges of root could not be given up there");
    expect(reasonsAt(roots, 7022)).not.toContain("open-not-blocked");
  });

  it("that may become nobody else does not listen, and says so", async () => {
    await setFirewall(net(), []);
    // Root without the right to be somebody else: CAP_SETUID and CAP_SETGID are gone.
    const bound = ["setpriv", "--bounding-set=-setuid,-setgid", "--inh-caps=-setuid,-setgid"];
    const { run } = await check(net(), topology(worker, [...enter, ...bound]), { args: responders });
    expect(JSON.stringify(run)).toContain("the privileges of root could not be given up there");
    expect(reasonsAt({ run } as Awaited<ReturnType<typeof check>>, 22)).not.toContain("responder-answered");
  });
});

it("a responder of this machine listens as nobody where the check is root's and has neither Python nor perl", async () => {
  const asked = {
    ...topology("python"),
    vantages: {
      web01: "local",
      cmk: {
        exec: ["/usr/bin/env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "ip", "netns", "exec", "cmk"],
        worker: "python",
      },
    },
  };
  const { seen, checked } = await whileListening(asked, rightsOfListeners, {
    node: "hosts",
    behind: ["/usr/bin/env", "PATH=/nowhere"],
  });
  expect(seen.listening).toContain('"node"');
  for (const one of seen.rights) expect(one).toMatchObject(nobodys);
  for (const port of [22, 161]) expect(reasonsAt(checked, port)).toEqual(["reply-lost"]);
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
