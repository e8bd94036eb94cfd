import { describe, expect, it } from "vitest";
import type { Result } from "../../src/model/run/run.ts";
import { type Checked, type Written, check, topologyOf } from "./check.ts";
import { type Place, addAddress, addCable, addNode, addRoute, at, buildPath, cmk, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const host = at(2, 10);
/** Hosts on networks of their own, whose kernels count for themselves. */
const others = { noisy: at(3, 10), tracked: at(4, 10) };
const net = useLab(["python3"], async (lab) => {
  await buildPath(lab, [10]);
  for (const [index, name] of Object.keys(others).entries()) {
    const network = index + 3;
    await addNode(lab, name);
    await addCable(lab, "fw", name);
    await addAddress(lab, "fw", name, network, 1);
    await addAddress(lab, name, "fw", network, 10);
    await addRoute(lab, "cmk", network, at(1, 1));
    await addRoute(lab, name, 1, at(network, 1));
  }
});

/** A site and one host behind a firewall; nothing is installed, and each flow goes one way or the other. */
const topology = (parts: Written = {}): Written =>
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
      web01: { exec: ["ip", "netns", "exec", "hosts"], worker: "python" },
      old01: { exec: ["ip", "netns", "exec", "hosts"], worker: "python" },
    },
    ...parts,
  });

const run = (parts?: Written): Promise<Checked> =>
  check(net(), topology(parts), { args: ["--responders", "auto", "--timeout", "1500ms"] });

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

describe("behind firewalls, before anything is installed", () => {
  // The other workers: test/lab-more/responder-workers.test.ts.
  it("every cell is proven, both protocols, families and directions", async () => {
    await rules(["tcp dport 7022 drop"]);
    const checked = await run();
    expect(checked.run.notes ?? []).toEqual([]);
    const blocked = [4, 6].map((family) => `cmk web01 tcp/7022 ${family} pass blocked-as-expected proven`);
    expect(unusual(checked).toSorted()).toEqual(blocked.toSorted());
    expect(checked.run.summary).toMatchObject({ fail: 0, unknown: 0, error: 0, skipped: 0, warn: 0 });
    expect(checked.code).toBe(0);
    expect(new Set(checked.run.results.map(({ protocol }) => protocol))).toEqual(new Set(["tcp", "udp", "icmp"]));
  });
});

/** A mistake of a firewall: what the matrix says of it, and words of its first result's message and advice. */
interface Mistake {
  says: string[];
  look: RegExp;
}
/** Mistakes that are there at the same time: each shows in its own cells. */
interface World {
  name: string;
  fw?: string[];
  hosts?: string[];
  hook?: "input" | "output";
  mistakes: Mistake[];
}
const both = (text: string): string[] => [4, 6].map((family) => text.replace("#", String(family)));
const worlds: World[] = [
  {
    name: "on the way there",
    fw: [
      "tcp dport { 7022, 8000 } drop",
      "tcp dport 6556 reject with tcp reset",
      "meta nfproto ipv6 udp dport { 162, 514 } drop",
      "udp dport 7161 reject with icmpx type admin-prohibited",
    ],
    mistakes: [
      {
        says: both("web01 cmk tcp/8000 # fail path-blocked proven"),
        look: /nothing arrived on cmk.*Look between web01 and cmk/,
      },
      {
        says: both("cmk old01 tcp/6556 # fail path-blocked proven"),
        look: /was refused.*nothing arrived on old01/,
      },
      {
        says: ["old01", "web01"].map((from) => `${from} cmk udp/514 6 fail path-blocked proven`),
        look: /nothing arrived on cmk/,
      },
      {
        says: both("cmk web01 udp/7161 # fail administratively-prohibited observed"),
        look: /prohibited/,
      },
    ],
  },
  {
    name: "on the way back, at the target over TCP, at the router over UDP, and where all should be blocked",
    fw: ["udp sport 7161 drop", "tcp sport 7022 drop"],
    hosts: ["tcp sport 6556 drop"],
    mistakes: [
      {
        says: both("cmk old01 tcp/6556 # fail reply-lost proven"),
        look: /it arrived on old01.*Look at the return path, from old01 to cmk/,
      },
      {
        says: both("cmk web01 udp/7161 # fail reply-lost proven"),
        look: /it arrived on web01 at \d\d:\d\d:\d\d UTC from .*Look at the return path/,
      },
      { says: both("cmk web01 tcp/7022 # fail open-not-blocked proven"), look: /7022/ },
    ],
  },
  {
    name: "in the target's own incoming rules",
    fw: ["tcp dport 7022 drop"],
    hosts: ["udp dport 7161 drop"],
    hook: "input",
    mistakes: [
      {
        says: both("cmk web01 udp/7161 # fail path-blocked proven"),
        look: /incoming rules of web01/,
      },
    ],
  },
];

describe("mistakes of firewalls are named, in their cells alone", () => {
  it.each(worlds)("$name", async ({ fw = [], hosts = [], hook, mistakes }) => {
    await rules(fw, hosts, hook);
    const checked = await run();
    const says = mistakes.flatMap((mistake) => mistake.says);
    const found = unusual(checked).filter((one) => says.includes(one) || !one.includes("blocked-as-expected"));
    expect(found.toSorted()).toEqual(says.toSorted());
    for (const { says, look } of mistakes) {
      const first = checked.run.results.find((one) => line(one) === says[0]);
      expect(`${first?.message} ${first?.advice}`).toMatch(look);
    }
    expect(checked.code).toBe(1);
  });

  it("address translation on the way is named, and is no failure", async () => {
    await net().rules(
      "fw",
      `table inet t { chain c { type nat hook postrouting priority 100; oifname "hosts" masquerade\n}\n}`,
    );
    await net().rules("hosts", "");
    const checked = await run();
    const translated = checked.run.results.filter(({ reason }) => reason === "address-translated");
    expect(translated.map(({ to }) => to)).toContain("old01");
    expect(translated[0]?.message).toMatch(/it left from \S+ and arrived from \S+/);
    expect(translated[0]?.evidence.farEnd?.arrivals[0]).toMatchObject({ how: "token", ttl: 63 });
  });
});

describe("a port that a service has", () => {
  /** One address, so that what is asked one after the other is half as much. */
  const few = (...requirements: Written[]): Written =>
    topologyOf({
      stage: "preinstall",
      hosts: [{ name: "web01", address: [host.v4], agent: "none", ping: false }],
      requirements: requirements.map((one) => ({ from: "cmk", to: "web01", ...one })),
      vantages: { cmk: "local", web01: { exec: ["ip", "netns", "exec", "hosts"], worker: "python" } },
    });
  const ask = async (asked: Written, ...args: string[]): Promise<Result[]> =>
    (await check(net(), asked, { args: ["--responders", "auto", "--timeout", "1s", "--only", "web01", ...args] })).run
      .results;
  /** Runs something while mute services have these ports. */
  const during = async (places: Omit<Place, "mute">[], act: () => Promise<void>, node = "hosts"): Promise<void> => {
    const service = await listen(
      net(),
      node,
      places.map((place) => ({ ...place, mute: true })),
    );
    try {
      await act();
    } finally {
      await service.stop();
    }
  };
  const datagrams = (...ports: number[]) => ports.map((port) => ({ protocol: "udp", address: "::", port }) as const);

  it("is left alone and its holder is named; the kernel's count, and its firewall, show what arrived, as far as they can", async () => {
    const hosts = { web01: host, ...others };
    const asked = topologyOf({
      stage: "preinstall",
      hosts: Object.entries(hosts).map(([name, { v4 }]) => ({ name, address: [v4], agent: "none", ping: false })),
      requirements: Object.keys(hosts).flatMap((to) => [7161, 7162].map((udp) => ({ from: "cmk", to, udp }))),
      vantages: {
        cmk: "local",
        ...Object.fromEntries(
          Object.keys(hosts).map((name) => [
            name,
            { exec: ["ip", "netns", "exec", name === "web01" ? "hosts" : name], worker: "python" },
          ]),
        ),
      },
    });
    // The twin: dropped before the host, the count stands still, which no other sender can make.
    await rules([`ip daddr { ${host.v4}, ${others.noisy.v4} } udp dport 7162 drop`]);
    await net().rules(
      "tracked",
      "table inet t { chain c { type filter hook input priority 0; policy accept;\nudp dport 7162 drop\nct state new accept\n}\n}",
    );
    // Somebody else's datagrams, to another port: the count says nothing then, though none of the probe's arrives.
    const noise = `import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    s.sendto(b"x", ("${others.noisy.v4}", 9))
    time.sleep(0.05)`;
    const other = await net().start("cmk", ["python3", "-c", noise]);
    const ask = () =>
      during(
        datagrams(7161, 7162),
        () => during(datagrams(7161, 7162), () => during(datagrams(7161, 7162), look), "tracked"),
        "noisy",
      );
    const look = async () => {
      const args = ["--responders", "auto", "--timeout", "500ms"];
      const { run } = await check(net(), asked, {
        args: [...args, ...Object.keys(hosts).flatMap((to) => ["--only", to])],
      });
      const at = (to: string, port: number) => run.results.find((one) => one.to === to && one.port === port);
      const says = Object.keys(hosts).flatMap((to) => [7161, 7162].map((port) => at(to, port)));
      expect(says.map((one) => one && line(one))).toEqual([
        "cmk web01 udp/7161 4 warn counted-at-service inferred",
        "cmk web01 udp/7162 4 fail path-blocked proven",
        "cmk noisy udp/7161 4 unknown held-by-service inferred",
        "cmk noisy udp/7162 4 unknown held-by-service inferred",
        "cmk tracked udp/7161 4 pass arrived-at-service proven",
        "cmk tracked udp/7162 4 fail path-blocked proven",
      ]);
      expect(at("web01", 7161)?.message).toMatch(
        /counted at that moment exactly as many datagrams as were sent.*node \(::\) uses the port/,
      );
      const unknown = at("noisy", 7162);
      expect(unknown?.message).toMatch(/node \(::\) on noisy uses the port.*counted \d+ datagrams from all senders/);
      expect(unknown?.advice).toContain("Stop the service on noisy for a minute");
    };
    try {
      await ask();
    } finally {
      await other.stop();
    }
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
    try {
      const [asked] = await ask(few({ tcp: 6556 }));
      expect(asked && line(asked)).toBe("cmk web01 tcp/6556 4 fail service-not-accepting inferred");
      expect(asked?.message).toMatch(/does not accept: \d connections? waits? there/);
    } finally {
      await service.stop();
    }
  });

  it("over TCP shows by its half of the handshake that the answer is lost, or that nothing arrived", () => {
    const places = [7023, 7024].map((port) => ({ protocol: "tcp", address: "::", port }) as const);
    return during(places, async () => {
      await rules(["tcp sport 7023 drop", "tcp dport 7024 drop"]);
      expect((await ask(few({ tcp: 7023 }, { tcp: 7024 }))).map(line)).toEqual([
        "cmk web01 tcp/7023 4 fail reply-lost proven",
        "cmk web01 tcp/7024 4 fail path-blocked proven",
      ]);
    });
  });

  it("on loopback alone is no service for others once the network is live; without any, it is not running", () =>
    during([{ protocol: "udp", address: "127.0.0.1", port: 7161 }], async () => {
      await rules([]);
      const live = await ask(few({ udp: 7161 }, { udp: 7162 }), "--stage", "live");
      expect(live.map(line)).toEqual([
        "cmk web01 udp/7161 4 fail service-loopback-only proven",
        "cmk web01 udp/7162 4 fail service-not-running proven",
      ]);
      expect(live[0]?.message).toMatch(/listens on loopback only: node \(127\.0\.0\.1\)/);
    }));
});

describe("a service that starts while the network is checked", () => {
  /** Starts a service again and again until it has its port, as a supervisor does. */
  const startService = async (isOver: () => boolean): Promise<{ stop: () => Promise<void> }> => {
    for (;;) {
      const place = { protocol: "tcp", address: host.v4, port: 6556 } as const;
      const service = await listen(net(), "hosts", [place]).catch(() => undefined);
      if (service !== undefined) return service;
      if (isOver()) return { stop: () => Promise.resolve() };
    }
  };
  /** Runs a check whose probes to 7161 get no answer, and starts the service while its port 7161 is held. */
  const during = async () => {
    await rules(["udp sport 7161 drop", "tcp dport 7022 drop"]);
    let isOver = false;
    const only = ["6556", "7161"].flatMap((port) => ["--only", port]);
    const checking = check(net(), topology(), {
      args: ["--responders", "auto", "--timeout", "2500ms", "--stage", "live", ...only],
    }).finally(() => (isOver = true));
    /** What the process that has the port is; for root it is one without rights (test/lab-more/responder-workers.test.ts). */
    const holder = async () => {
      const pid = /:7161 .*pid=(\d+)/.exec(await net().must("hosts", ["ss", "-Hlnup"]))?.[1];
      return pid === undefined ? "" : (await net().on("hosts", ["cat", `/proc/${pid}/status`])).stdout;
    };
    await expect
      .poll(holder, { timeout: 30_000, interval: 30 })
      .toMatch(net().privileged ? /^Uid:\t65534\t65534\t65534\t65534$[^]*^CapEff:\t0+$/m : /^Uid:/m);
    const { stop } = await startService(() => isOver);
    try {
      const wasInTime = !isOver;
      return { wasInTime, checked: await checking };
    } finally {
      await stop();
    }
  };

  it("has its port in the stage live before the check is over", async () => {
    const { wasInTime, checked } = await during();
    expect(wasInTime).toBe(true);
    const agent = checked.run.results.filter(({ port, address }) => port === 6556 && address === host.v4);
    expect(agent.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^(?!reply-lost|path-blocked)/)]);
    const datagrams = checked.run.results.filter(({ port }) => port === 7161);
    expect(datagrams.map(({ reason }) => reason)).toEqual(["reply-lost", "reply-lost"]);
    expect((await net().must("hosts", ["ss", "-Hlntu"])).trim()).toBe("");
  });
});
