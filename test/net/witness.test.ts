import { describe, expect, test } from "vitest";
import { check, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { installed } from "./installed.ts";
import { at, buildPath, cmk, listen, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";
import { withoutRaw } from "./without-raw.ts";

const families = ["v4", "v6"] as const;
type Family = (typeof families)[number];
const transports = ["tcp", "udp"] as const;
type Transport = (typeof transports)[number];

/** Every reject type of nftables (nft(8), REJECT STATEMENT): family, type, ICMP code; outcome with and without the code. */
const rejects: readonly [Family, string, string, string, Record<Transport, string>][] = [
  ["v4", "net-unreachable", "3/0", "unreachable", { tcp: "unreachable", udp: "silent" }],
  ["v4", "host-unreachable", "3/1", "unreachable", { tcp: "unreachable", udp: "silent" }],
  ["v4", "prot-unreachable", "3/2", "unreachable", { tcp: "unreachable", udp: "unreachable" }],
  ["v4", "port-unreachable", "3/3", "refused", { tcp: "refused", udp: "refused" }],
  ["v4", "net-prohibited", "3/9", "prohibited", { tcp: "unreachable", udp: "unreachable" }],
  ["v4", "host-prohibited", "3/10", "prohibited", { tcp: "unreachable", udp: "prohibited" }],
  ["v4", "admin-prohibited", "3/13", "prohibited", { tcp: "unreachable", udp: "prohibited" }],
  ["v6", "no-route", "1/0", "unreachable", { tcp: "unreachable", udp: "silent" }],
  ["v6", "admin-prohibited", "1/1", "prohibited", { tcp: "prohibited", udp: "prohibited" }],
  ["v6", "addr-unreachable", "1/3", "unreachable", { tcp: "unreachable", udp: "silent" }],
  ["v6", "port-unreachable", "1/4", "refused", { tcp: "refused", udp: "refused" }],
  ["v6", "policy-fail", "1/5", "prohibited", { tcp: "prohibited", udp: "prohibited" }],
  ["v6", "reject-route", "1/6", "prohibited", { tcp: "prohibited", udp: "prohibited" }],
];
const portOf = (type: string): number => 7_010 + rejects.findIndex(([, other]) => other === type);

const ports = { open: 7_000, reset: 7_001, nothingListens: 7_002, rejectedHere: 7_003 } as const;
const host = (family: Family) => `host-${family}`;
/** An address of the prober's own network that nobody has. */
const nobody = (family: Family) => `nobody-${family}`;
const sw01 = {
  name: "sw01",
  address: at(2, 11).v4,
  agent: "none",
  ping: false,
  snmp: { version: "2c", community: { env: "COMMUNITY" } },
};

const topology = topologyOf({
  hosts: [
    ...families.flatMap((family) => [
      quietHost(host(family), at(2, 10)[family]),
      quietHost(nobody(family), at(1, 99)[family]),
    ]),
    sw01,
  ],
  requirements: [
    ...rejects.flatMap(([family, type]) =>
      transports.map((transport) => ({ from: "server", to: host(family), [transport]: portOf(type) })),
    ),
    ...families.flatMap((family) => [
      ...Object.values(ports).map((tcp) => ({ from: "server", to: host(family), tcp })),
      { from: "server", to: host(family), udp: ports.rejectedHere },
      ...transports.map((transport) => ({ from: "server", to: nobody(family), [transport]: 7_000 })),
    ]),
  ],
});
const env = { COMMUNITY: "public" };
const args = ["--section", "extra", "--section", "2.1"];

let witnessed: Checked;
let unprivileged: Checked;
let interpreted: Checked;
let mended: Checked;
let remote: Checked;
let streamed: Checked;
let preinstall: Checked;
let resetsOnly: Checked;

useLab(["setpriv"], async (lab) => {
  await buildPath(lab, [10, 11]);
  await setFirewall(lab, [
    ...rejects.map(([family, type]) => {
      const ip = family === "v4" ? "ip" : "ip6";
      const icmp = family === "v4" ? "icmp" : "icmpv6";
      return `${ip} daddr ${at(2, 10)[family]} meta l4proto { tcp, udp } th dport ${portOf(type)} reject with ${icmp} type ${type}`;
    }),
    `tcp dport ${ports.reset} reject with tcp reset`,
    "udp dport 161 reject with icmpx type admin-prohibited",
  ]);
  await lab.rules(
    "cmk",
    `table inet own { chain sent { type filter hook output priority 0; policy accept;
      meta l4proto { tcp, udp } th dport ${ports.rejectedHere} reject with icmpx type admin-prohibited
    }\n}`,
  );
  const listening = [...rejects.map(([, type]) => portOf(type)), ports.open, ports.reset, ports.rejectedHere];
  const everywhere = [...new Set(listening)];
  await listen(lab, "hosts", [
    ...everywhere.map((port) => ({ protocol: "tcp" as const, address: "::", port })),
    ...families.flatMap((family) =>
      everywhere.map((port) => ({ protocol: "udp" as const, address: at(2, 10)[family], port })),
    ),
  ]);
  witnessed = await check(lab, topology, { env, args: [...args, "--timeout", "4s"] });
  const nodeAlone = { ...topology, vantages: { cmk: { local: "node" } } };
  const blindly = { env, args: [...args, "--timeout", "2s"], behind: withoutRaw(lab) };
  unprivileged = await check(lab, nodeAlone, blindly);
  await lab.must("cmk", ["sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647"]);
  interpreted = await check(lab, topology, blindly);
  await lab.must("cmk", ["sysctl", "-qw", "net.ipv4.ping_group_range=1 0"]);
  const behind = (...exec: string[]) => ({ ...topology, vantages: { sw01: "local", cmk: { exec } } });
  const few = ["--section", "extra", "--only", `${portOf("host-prohibited")}`, "--timeout", "2s"];
  const inside = ["ip", "netns", "exec", "cmk"];
  remote = await check(lab, behind(...inside, ...(await installed(lab))), { env, args: few, node: "hosts" });
  streamed = await check(lab, behind(...inside), { env, args: few, node: "hosts" });
  const early = ["--section", "extra", "--stage", "preinstall", "--timeout", "1s"];
  const portsOnly = (...some: number[]) => some.flatMap((port) => ["--only", `${port}`]);
  preinstall = await check(lab, topology, {
    env,
    args: [...early, ...portsOnly(ports.open, ports.reset, ports.nothingListens)],
  });
  resetsOnly = await check(lab, topology, { env, args: [...early, ...portsOnly(ports.reset, ports.nothingListens)] });
  await setFirewall(lab, []);
  await lab.rules("cmk", "");
  mended = await check(lab, topology, { env, args: [...args, "--timeout", "1s"] });
});

const cases = rejects.flatMap(([family, type, code, outcome, blind]) =>
  transports.map((transport) => [transport, family, type, code, outcome, blind[transport]] as const),
);

describe.each(cases)("%s over %s, rejected with %s", (transport, family, type, icmpCode, outcome, blind) => {
  const of = (run: Checked) => resultOf(run, { to: host(family), protocol: transport, port: portOf(type) });

  test("the witness names the router and the code", () => {
    const seen = of(witnessed);
    const evidence = { reporter: at(1, 1)[family], icmpCode, codeSeen: true };
    expect(seen).toMatchObject({ outcome, evidence });
    expect(seen.message).toContain(at(1, 1)[family]);
  });

  test("without CAP_NET_RAW an interpreter on this machine names them as well", () => {
    const evidence = { reporter: at(1, 1)[family], icmpCode, codeSeen: true };
    expect(of(interpreted)).toMatchObject({ outcome, evidence });
  });

  test("Node alone without CAP_NET_RAW has the errno, and the evidence says that no code was seen", () => {
    const { outcome, evidence } = of(unprivileged);
    expect(outcome).toBe(blind);
    expect(evidence.reporter).toBeUndefined();
    expect(evidence.codeSeen).toBe(blind === "silent" ? undefined : false);
  });

  test("twin: with the rule removed it passes", () => {
    expect(of(mended)).toMatchObject({ outcome: "open", verdict: "pass" });
  });
});

test.each(transports)("a portmatrix that is installed behind a command has its own witness, for %s too", (protocol) => {
  const seen = resultOf(remote, { to: host("v4"), protocol, port: portOf("host-prohibited") });
  const evidence = { reporter: at(1, 1).v4, icmpCode: "3/10", codeSeen: true };
  expect(seen).toMatchObject({ outcome: "prohibited", vantage: "cmk", evidence });
});

test("a worker that was sent there has none: it loads no module", () => {
  const seen = resultOf(streamed, { to: host("v4"), protocol: "tcp", port: portOf("host-prohibited") });
  expect(seen).toMatchObject({ outcome: "unreachable", vantage: "cmk", evidence: { codeSeen: false } });
});

test("SNMP has the same witness", () => {
  const wanted = { to: "sw01", protocol: "udp", port: 161 } as const;
  const evidence = { reporter: at(1, 1).v4, icmpCode: "3/13", codeSeen: true };
  expect(resultOf(witnessed, wanted)).toMatchObject({ outcome: "prohibited", evidence });
  expect(resultOf(interpreted, wanted)).toMatchObject({ outcome: "prohibited", evidence });
  expect(resultOf(unprivileged, wanted)).toMatchObject({ outcome: "prohibited", evidence: { codeSeen: false } });
});

test("the record says what sent in place of this process, and of this process itself nothing", () => {
  const [fact] = interpreted.run.vantages ?? [];
  expect(fact).toEqual({
    nodes: ["cmk"],
    through: expect.stringMatching(/^this machine \((?:Python|perl) /),
    worker: expect.stringMatching(/^(?:python|perl)$/),
    cannotSee: [],
  });
  expect([witnessed.run.vantages, unprivileged.run.vantages]).toEqual([undefined, undefined]);
});

describe.each(families)("errors of this machine itself over %s", (family) => {
  test.each(transports)("a rule of its own that rejects %s is this side's, whoever sees it", (protocol) => {
    const wanted = { to: host(family), protocol, port: ports.rejectedHere };
    const { outcome, reason, evidence } = resultOf(witnessed, wanted);
    expect([outcome, reason]).toEqual(["unsent", "local-firewall"]);
    expect([undefined, cmk[family]]).toContain(evidence.reporter);
    expect(resultOf(mended, wanted)).toMatchObject({ outcome: "open", verdict: "pass" });
  });

  test.each(transports)("nobody answers for the address: unreachable over %s, said by this machine", (protocol) => {
    const { outcome, evidence } = resultOf(witnessed, { to: nobody(family), protocol, port: 7_000 });
    expect(outcome).toBe("unreachable");
    const icmpCode = family === "v4" ? "3/1" : "1/3";
    expect(evidence).toMatchObject({ reporter: cmk[family], localAddress: cmk[family], icmpCode, codeSeen: true });
  });
});

describe("the time to live of a reset", () => {
  const of = (run: Checked, port: number, to = host("v4")) => resultOf(run, { to, protocol: "tcp", port });

  test("a router that resets is nearer than the host", () => {
    const { outcome, evidence, message } = of(witnessed, ports.reset);
    expect(outcome).toBe("refused");
    expect(evidence).toMatchObject({ ttl: 64, resetFrom: "middlebox-likely" });
    expect(message).toContain("probably by a firewall between the two nodes");
    expect(of(mended, ports.reset)).toMatchObject({ outcome: "open", evidence: { ttl: 63 } });
  });

  test("a host where nothing listens is as far away as its open port", () => {
    const { outcome, evidence, message } = of(witnessed, ports.nothingListens);
    expect(outcome).toBe("refused");
    expect(evidence).toMatchObject({ ttl: 63, resetFrom: "host-likely" });
    expect(evidence.codeSeen).toBeUndefined();
    expect(message).toContain("probably by the host itself");
    expect(of(witnessed, ports.open).evidence.ttl).toBe(63);
  });

  test.each([
    ["an open port", () => preinstall],
    ["no more than another reset", () => resetsOnly],
  ])("before the installation a router's reset is no open path, compared with %s", (_, run) => {
    expect(of(run(), ports.reset)).toMatchObject({
      verdict: "fail",
      reason: "refused-on-the-way",
      evidence: { ttl: 64, resetFrom: "middlebox-likely" },
    });
    expect(of(run(), ports.nothingListens)).toMatchObject({ verdict: "warn", reason: "path-open-nothing-listens" });
  });

  test.each(families)("an interpreter on this machine asks once more, without privilege, over %s", (family) => {
    const between = of(interpreted, ports.reset, host(family));
    expect(between).toMatchObject({
      outcome: "refused",
      evidence: { resetFrom: "middlebox-likely", resetNearer: true },
    });
    expect(between.message).toContain("probably by a firewall between the two nodes");
    const own = of(interpreted, ports.nothingListens, host(family));
    expect(own).toMatchObject({ outcome: "refused", evidence: { resetFrom: "host-likely", resetNearer: false } });
    expect(of(interpreted, ports.open, host(family)).evidence.resetNearer).toBeUndefined();
  });

  test.each([
    ["over IPv6", () => of(witnessed, ports.reset, host("v6"))],
    ["without CAP_NET_RAW", () => of(unprivileged, ports.reset)],
  ])("is not known %s, and nothing is claimed", (_, seen) => {
    expect(seen().outcome).toBe("refused");
    expect(seen().evidence.ttl).toBeUndefined();
    expect(seen().evidence.resetFrom).toBeUndefined();
  });
});
