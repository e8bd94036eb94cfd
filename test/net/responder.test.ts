import { describe, expect, it } from "vitest";
import type { Result } from "../../src/model/run/run.ts";
import { type Checked, type Written, check, topologyOf } from "./check.ts";
import { at, buildPath, cmk, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const host = at(2, 10);
const net = useLab(["python3", "perl"], (lab) => buildPath(lab, [10]));
const rungs = ["node", "python", "perl"] as const;

/** A site and one host behind a firewall; nothing is installed, and each flow goes one way or the other. */
const topology = (worker: (typeof rungs)[number], parts: Written = {}): Written =>
  topologyOf({
    stage: "preinstall",
    server: {
      name: "cmk",
      address: [cmk.v4, cmk.v6],
      sites: [{ name: "main" }],
      features: ["syslog-udp", "syslog-tcp", "snmp-traps"],
    },
    hosts: [
      { name: "web01", address: [host.v4, host.v6], agent: "push", ping: true },
      { name: "old01", address: [host.v4, host.v6], agent: "legacy", ping: false },
    ],
    requirements: [
      { from: "cmk", to: "web01", udp: 7161, why: "a question over UDP" },
      { from: "cmk", to: "web01", tcp: 7022, expect: "blocked" },
    ],
    vantages: {
      cmk: "local",
      web01: { exec: ["ip", "netns", "exec", "hosts"], worker },
      old01: { exec: ["ip", "netns", "exec", "hosts"], worker },
    },
    ...parts,
  });

const run = (worker: (typeof rungs)[number], parts?: Written): Promise<Checked> =>
  check(net(), topology(worker, parts), { args: ["--responders", "auto", "--timeout", "1500ms"] });

const line = ({ from, to, protocol, port, address, verdict, reason, proof }: Result): string =>
  `${from} ${to} ${protocol}/${port ?? "-"} ${address.includes(":") ? 6 : 4} ${verdict} ${reason} ${proof}`;
/** Flows that are not as on an open network. */
const unusual = ({ run: { results } }: Checked): string[] =>
  results.filter(({ reason }) => !/^(responder-answered|echo-reply)$/.test(reason)).map(line);

/** Rules of the router, of the host, and of the server. */
const rules = async (fw: readonly string[], hosts: readonly string[] = [], hook = "output"): Promise<void> => {
  const table = (hook: string, lines: readonly string[]) =>
    lines.length === 0
      ? ""
      : `table inet t { chain c { type filter hook ${hook} priority 0; policy accept;\n${lines.join("\n")}\n}\n}`;
  await net().rules("fw", table("forward", fw));
  await net().rules("hosts", table(hook, hosts));
};

describe.each(rungs)("with a responder in %s behind firewalls, before anything is installed", (worker) => {
  it("every cell is proven, both protocols, families and directions", async () => {
    await rules(["tcp dport 7022 drop"]);
    const checked = await run(worker);
    expect(checked.run.notes ?? []).toEqual([]);
    const blocked = [4, 6].map((family) => `cmk web01 tcp/7022 ${family} pass blocked-as-expected proven`);
    expect(unusual(checked).toSorted()).toEqual(blocked.toSorted());
    expect(checked.run.summary).toMatchObject({ fail: 0, unknown: 0, error: 0, skipped: 0, warn: 0 });
    expect(checked.code).toBe(0);
    expect(new Set(checked.run.results.map(({ protocol }) => protocol))).toEqual(new Set(["tcp", "udp", "icmp"]));
  });
});

/** A mistake in a firewall: its rules, where it stands, and what the matrix says of it. */
interface Mistake {
  name: string;
  fw?: string[];
  hosts?: string[];
  hook?: "input" | "output";
  says: string[];
  /** Words of the first result's advice or message. */
  look: RegExp;
}
const both = (text: string): string[] => [4, 6].map((family) => text.replace("#", String(family)));
const mistakes: Mistake[] = [
  {
    name: "a drop between the two",
    fw: ["tcp dport 8000 drop"],
    says: both("web01 cmk tcp/8000 # fail path-blocked proven"),
    look: /nothing arrived on cmk.*Look between web01 and cmk/,
  },
  {
    name: "a reject with a reset between the two",
    fw: ["tcp dport 6556 reject with tcp reset"],
    says: both("cmk old01 tcp/6556 # fail path-blocked proven"),
    look: /was refused.*nothing arrived on old01/,
  },
  {
    name: "a drop of one family of datagrams",
    fw: ["meta nfproto ipv6 udp dport { 162, 514 } drop"],
    says: ["old01", "web01"].map((from) => `${from} cmk udp/514 6 fail path-blocked proven`),
    look: /nothing arrived on cmk/,
  },
  {
    name: "a reject that names itself",
    fw: ["udp dport 7161 reject with icmpx type admin-prohibited"],
    says: both("cmk web01 udp/7161 # fail administratively-prohibited observed"),
    look: /prohibited/,
  },
  {
    name: "rules of the target that drop what it answers over TCP",
    hosts: ["tcp sport 6556 drop"],
    says: both("cmk old01 tcp/6556 # fail reply-lost proven"),
    look: /it arrived on old01.*Look at the return path, from old01 to cmk/,
  },
  {
    name: "a way back that drops the answers over UDP",
    fw: ["udp sport 7161 drop"],
    says: both("cmk web01 udp/7161 # fail reply-lost proven"),
    look: /it arrived on web01 at \d\d:\d\d:\d\d UTC from .*Look at the way back/,
  },
  {
    name: "incoming rules of the target itself",
    hosts: ["udp dport 7161 drop"],
    hook: "input",
    says: both("cmk web01 udp/7161 # fail path-blocked proven"),
    look: /incoming rules of web01/,
  },
];

describe("a mistake of a firewall is named, in its cells alone", () => {
  it.each(mistakes)("$name", async ({ fw = [], hosts = [], hook, says, look }) => {
    await rules(["tcp dport 7022 drop", ...fw], hosts, hook);
    const checked = await run("python");
    const found = unusual(checked).filter((one) => !one.includes("tcp/7022"));
    expect(found.toSorted()).toEqual(says.toSorted());
    const first = checked.run.results.find((one) => line(one) === says[0]);
    expect(`${first?.message} ${first?.advice}`).toMatch(look);
    expect(checked.code).toBe(1);
  });

  it("a port that must be blocked and lets one direction through is not blocked", async () => {
    await rules(["tcp sport 7022 drop"]);
    const found = unusual(await run("python"));
    expect(found.toSorted()).toEqual(both("cmk web01 tcp/7022 # fail open-not-blocked proven"));
  });

  it("address translation on the way is named, and is no failure", async () => {
    await net().rules(
      "fw",
      `table inet t { chain c { type nat hook postrouting priority 100; oifname "hosts" masquerade\n}\n}`,
    );
    await net().rules("hosts", "");
    const checked = await run("python");
    const translated = checked.run.results.filter(({ reason }) => reason === "address-translated");
    expect(translated.map(({ to }) => to)).toContain("old01");
    expect(translated[0]?.message).toMatch(/it left from \S+ and arrived from \S+/);
    expect(translated[0]?.evidence.farEnd?.arrivals[0]).toMatchObject({ how: "token", ttl: 63 });
  });
});

describe("a port that a service has", () => {
  const only = ["--only", "7161"];
  const checkIt = (args: readonly string[] = []) =>
    check(net(), topology("python"), { args: ["--responders", "auto", "--timeout", "1s", ...only, ...args] });

  it("is left alone and its holder is named; the kernel's count shows what arrived, as far as it can", async () => {
    await rules([]);
    const service = await listen(net(), "hosts", [{ protocol: "udp", address: "::", port: 7161, mute: true }]);
    const counted = await checkIt();
    expect(counted.run.results.map(line)).toEqual(both("cmk web01 udp/7161 # warn counted-at-service inferred"));
    expect(counted.run.results[0]?.message).toMatch(
      /counted just then exactly as many datagrams as were sent.*node \(::\) has the port/,
    );
    // The twin: dropped before the host, the count stands still, which no other sender can make.
    await rules(["udp dport 7161 drop"]);
    expect((await checkIt()).run.results.map(line)).toEqual(both("cmk web01 udp/7161 # fail path-blocked proven"));
    // Somebody else's datagrams, to another port: the count says nothing then, though none of the probe's arrives.
    const noise = `import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    s.sendto(b"x", ("${host.v4}", 9))
    time.sleep(0.05)`;
    const other = await net().start("cmk", ["python3", "-c", noise]);
    const unknown = await checkIt();
    await other.stop();
    expect(unknown.run.results.map(line)).toEqual(both("cmk web01 udp/7161 # unknown held-by-service inferred"));
    expect(unknown.run.results[0]?.message).toMatch(
      /node \(::\) on web01 has the port.*counted \d+ datagrams of all senders/,
    );
    expect(unknown.run.results[0]?.advice).toContain("Stop the service on web01 for a minute");
    await service.stop();
    await rules([]);
    expect((await checkIt()).run.results.map(line)).toEqual(
      both("cmk web01 udp/7161 # pass responder-answered proven"),
    );
  });

  it("has received it where the target's own firewall tracks the flow", async () => {
    await rules([], ["ct state new accept"], "input");
    const service = await listen(net(), "hosts", [{ protocol: "udp", address: "::", port: 7161, mute: true }]);
    const arrived = await checkIt();
    await rules([], ["ct state new accept", "udp dport 7161 drop"].toReversed(), "input");
    const dropped = await checkIt();
    await service.stop();
    expect(arrived.run.results.map(line)).toEqual(both("cmk web01 udp/7161 # pass arrived-at-service proven"));
    expect(dropped.run.results.map(line)).toEqual(both("cmk web01 udp/7161 # fail path-blocked proven"));
  });

  it("over TCP is not called blocked on the way while its queue is full", async () => {
    await rules([]);
    const hung = `import socket, time
s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("::", 6556))
s.listen(0)
held = []
for _ in range(4):
    c = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    c.setblocking(False)
    c.connect_ex(("${host.v4}", 6556))
    held.append(c)
time.sleep(0.5)
print("hangs", flush=True)
time.sleep(600)`;
    const service = await net().start("hosts", ["python3", "-c", hung], { prints: "hangs" });
    const asked = await check(net(), topology("python"), {
      args: ["--responders", "auto", "--timeout", "1500ms", "--only", "6556"],
    });
    await service.stop();
    expect(asked.run.results.map(line)).toEqual(both("cmk old01 tcp/6556 # fail service-not-accepting inferred"));
    expect(asked.run.results[0]?.message).toMatch(/does not accept: \d connections? waits? there/);
  });

  it("over TCP shows by its half of the handshake that the answer is lost, or that nothing arrived", async () => {
    const service = await listen(net(), "hosts", [{ protocol: "tcp", address: "::", port: 6556 }]);
    const ask = () =>
      check(net(), topology("python"), { args: ["--responders", "auto", "--timeout", "1500ms", "--only", "6556"] });
    await rules(["tcp sport 6556 drop"]);
    const lost = await ask();
    await rules(["tcp dport 6556 drop"]);
    const blocked = await ask();
    await service.stop();
    expect(lost.run.results.map(line)).toEqual(both("cmk old01 tcp/6556 # fail reply-lost proven"));
    expect(blocked.run.results.map(line)).toEqual(both("cmk old01 tcp/6556 # fail path-blocked proven"));
  });

  it("on loopback alone is no service for others once the network is live; without any, it is not running", async () => {
    await rules([]);
    const service = await listen(net(), "hosts", [{ protocol: "udp", address: "127.0.0.1", port: 7161, mute: true }]);
    const live = await checkIt(["--stage", "live"]);
    await service.stop();
    const after = await checkIt(["--stage", "live"]);
    const [four, six] = live.run.results.map(line);
    expect(four).toBe("cmk web01 udp/7161 4 fail service-loopback-only proven");
    expect(six).toMatch(/service-(?:loopback-only|not-running) proven/);
    expect(live.run.results[0]?.message).toMatch(/listens on loopback only: node \(127\.0\.0\.1\)/);
    expect(after.run.results.map(line)).toEqual(both("cmk web01 udp/7161 # fail service-not-running proven"));
  });
});

describe("a service that starts while the network is checked", () => {
  /** Starts a service again and again until it has its port, as a supervisor does, and tells how often it had to. */
  const startService = async (isOver: () => boolean): Promise<{ tries: number; stop: () => Promise<void> }> => {
    for (let tries = 1; ; tries += 1) {
      const place = { protocol: "tcp", address: host.v4, port: 6556 } as const;
      const service = await listen(net(), "hosts", [place]).catch(() => undefined);
      if (service !== undefined) return { tries, stop: service.stop };
      if (isOver()) return { tries, stop: () => Promise.resolve() };
    }
  };
  /** Runs a check whose probes to 7161 get no answer, and starts the service while its port 7161 is held. */
  const during = async (stage: "live" | "preinstall") => {
    await rules(["udp sport 7161 drop", "tcp dport 7022 drop"]);
    let isOver = false;
    const only = ["6556", "7161"].flatMap((port) => ["--only", port]);
    const checking = check(net(), topology("python"), {
      args: ["--responders", "auto", "--timeout", "2500ms", "--stage", stage, ...only],
    }).finally(() => (isOver = true));
    await expect
      .poll(async () => (await net().must("hosts", ["ss", "-Hlnu"])).includes(":7161"), {
        timeout: 30_000,
        interval: 30,
      })
      .toBe(true);
    const { tries, stop } = await startService(() => isOver);
    const wasInTime = !isOver;
    const checked = await checking;
    await stop();
    return { tries, wasInTime, checked };
  };

  it("has its port in the stage live before the check is over", async () => {
    const { wasInTime, checked } = await during("live");
    expect(wasInTime).toBe(true);
    const agent = checked.run.results.filter(({ port, address }) => port === 6556 && address === host.v4);
    expect(agent.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^(?!reply-lost|path-blocked)/)]);
    const datagrams = checked.run.results.filter(({ port }) => port === 7161);
    expect(datagrams.map(({ reason }) => reason)).toEqual(["reply-lost", "reply-lost"]);
    expect((await net().must("hosts", ["ss", "-Hlntu"])).trim()).toBe("");
  });

  it("cannot have it at once before anything is installed, when no service is expected", async () => {
    expect((await during("preinstall")).tries).toBeGreaterThan(1);
  });
});
