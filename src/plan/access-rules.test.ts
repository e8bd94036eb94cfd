import { describe, expect, it } from "vitest";
import type { AccessRule } from "../model/firewall/access-rule.ts";
import type { Flow, Plan } from "../model/flow.ts";
import type { Result, Run } from "../model/run/run.ts";
import { accessRequest } from "./access-request.ts";

interface Written {
  from: string;
  to: string;
  address: string;
  protocol?: "tcp" | "udp" | "icmp";
  port?: number;
  expect?: "open" | "blocked";
  alternative?: string;
  enabledBy?: string;
  requirement?: string;
}

const nodes = [
  { name: "cmk", address: ["10.0.0.5", "fd00::5"] },
  { name: "web01", address: ["10.0.2.1"] },
  { name: "web02", address: ["10.0.2.2", "fe80::2%eth0"] },
  { name: "db01", address: ["db01.example.com"] },
];

function planOf(flows: readonly Written[]): Plan {
  return {
    catalog: { product: "test", version: "1", title: "Test", url: "https://example.com/ports" },
    sections: [
      { id: "2.1", anchor: "hosts", title: { en: "Hosts", de: "Hosts" } },
      { id: "extra", anchor: "requirements", title: { en: "Extra", de: "Extra" } },
    ],
    flows: flows.map((written): Flow => {
      const { from, to, address, protocol = "tcp", port, requirement = "agent" } = written;
      const id = [requirement, from, to, address, protocol, port].join("/");
      const words = { section: "2.1", requirement, service: "Service", short: "Svc", purpose: "why not" };
      return { expect: "open", ...written, ...words, id, protocol, probe: "" };
    }),
    probes: [],
  };
}

const request = (flows: readonly Written[], more: object = {}) =>
  accessRequest({ plan: planOf(flows), topology: "t.yaml", nodes, networks: [], isGrouped: true, ...more });

/** `web01,web02>cmk 8000/tcp IPv4` */
const short = ({ sources, destinations, port, protocol, family, oneOf }: AccessRule): string => {
  const names = (ends: AccessRule["sources"]): string =>
    ends.map(({ name, addresses }) => `${name}=${addresses.join("+")}`).join(",");
  const choice = oneOf === undefined ? "" : ` one of ${oneOf.services.join(" ")} (${oneOf.group})`;
  return `${names(sources)}>${names(destinations)} ${port ?? ""}/${protocol} ${family}${choice}`;
};
const shortly = (flows: readonly Written[], more?: object): string[] => request(flows, more).rules.map(short);

const agents = (...hosts: string[]): Written[] =>
  hosts.map((to) => ({
    from: "cmk",
    to,
    address: nodes.find(({ name }) => name === to)?.address[0] ?? to,
    port: 6556,
  }));

describe("rules", () => {
  it.each<[string, Written[], string[]]>([
    [
      "join destinations of one source",
      agents("web01", "web02"),
      ["cmk=10.0.0.5>web01=10.0.2.1,web02=10.0.2.2 6556/tcp IPv4"],
    ],
    [
      "join sources with the same destinations, and no others",
      [
        { from: "web01", to: "cmk", address: "10.0.0.5", port: 8000 },
        { from: "web02", to: "cmk", address: "10.0.0.5", port: 8000 },
        { from: "web01", to: "cmk", address: "10.0.0.5", port: 8001 },
      ],
      ["web01=10.0.2.1,web02=10.0.2.2>cmk=10.0.0.5 8000/tcp IPv4", "web01=10.0.2.1>cmk=10.0.0.5 8001/tcp IPv4"],
    ],
    [
      "are apart for each family, and names stay names",
      [
        { from: "cmk", to: "web02", address: "10.0.2.2", port: 22 },
        { from: "cmk", to: "web02", address: "fe80::2%eth0", port: 22 },
        { from: "cmk", to: "db01", address: "db01.example.com", port: 22 },
      ],
      [
        "cmk=10.0.0.5>web02=10.0.2.2 22/tcp IPv4",
        "cmk=fd00::5>web02=fe80::2 22/tcp IPv6",
        "cmk=10.0.0.5+fd00::5>db01=db01.example.com 22/tcp name",
      ],
    ],
    [
      "say where a source has no address of the family",
      [{ from: "web01", to: "cmk", address: "fd00::5", protocol: "icmp" }],
      ["web01=>cmk=fd00::5 /icmp IPv6"],
    ],
    [
      "name the group of alternatives, once for all sources that have it",
      ["web01", "web02"].flatMap((from) =>
        [25, 465, 587].map((port) => ({ from, to: "mail", address: "10.9.9.9", port, alternative: `${from}/mail` })),
      ),
      [25, 465, 587].map(
        (port) => `web01=10.0.2.1,web02=10.0.2.2>mail=10.9.9.9 ${port}/tcp IPv4 one of 25/tcp 465/tcp 587/tcp (1)`,
      ),
    ],
    [
      "need what another requirement needs anyway, alternative or not",
      [
        { from: "web01", to: "cmk", address: "10.0.0.5", port: 80, alternative: "web" },
        { from: "web01", to: "cmk", address: "10.0.0.5", port: 443, alternative: "web" },
        { from: "web01", to: "cmk", address: "10.0.0.5", port: 443, requirement: "other" },
      ],
      ["web01=10.0.2.1>cmk=10.0.0.5 80/tcp IPv4 one of 80/tcp 443/tcp (1)", "web01=10.0.2.1>cmk=10.0.0.5 443/tcp IPv4"],
    ],
    [
      "are not alternatives of nothing",
      [{ from: "web01", to: "mail", address: "10.9.9.9", port: 25, alternative: "mail" }],
      ["web01=10.0.2.1>mail=10.9.9.9 25/tcp IPv4"],
    ],
    [
      "leave out what stays on a node and what must be blocked",
      [
        { from: "cmk", to: "cmk", address: "127.0.0.1", port: 6557 },
        { from: "cmk", to: "cmk", address: "10.0.0.5", port: 6557 },
        { from: "web01", to: "cmk", address: "10.0.0.5", port: 22, expect: "blocked" },
      ],
      [],
    ],
  ])("%s", (_name, flows, expected) => expect(shortly(flows)).toEqual(expected));

  it("are one for each source, address and port where nothing is grouped", () => {
    expect(shortly(agents("web01", "web02"), { isGrouped: false })).toHaveLength(2);
  });

  it("have a network in place of its hosts only where the topology writes it and all of them are there", () => {
    const networks = [{ network: "10.0.2.0/30", name: "web[01-02]", nodes: ["web01", "web02"] }];
    expect(shortly(agents("web01", "web02"), { networks })).toEqual([
      "cmk=10.0.0.5>web[01-02]=10.0.2.0/30 6556/tcp IPv4",
    ]);
    expect(shortly(agents("web01"), { networks })).toEqual(["cmk=10.0.0.5>web01=10.0.2.1 6556/tcp IPv4"]);
    expect(shortly(agents("web01", "web02"))).toEqual(["cmk=10.0.0.5>web01=10.0.2.1,web02=10.0.2.2 6556/tcp IPv4"]);
  });

  it("link the chapter, and name the feature that makes them apply", () => {
    const [rule] = request([{ ...agents("web01")[0], enabledBy: "snmp-traps" } as Written]).rules;
    expect(rule?.purposes).toEqual([
      expect.objectContaining({ link: "https://example.com/ports#hosts", feature: "snmp-traps", requirement: "agent" }),
    ]);
  });
});

describe("what a run found", () => {
  const [flow] = agents("web01");
  const plan = planOf([flow as Written]);
  const id = plan.flows[0]?.id ?? "";
  const startedAt = "2026-11-20T20:00:00.000Z";
  const asked = (result: Partial<Result>) => {
    const whole = { id, address: "10.0.2.1", verdict: "fail", evidence: {}, ...result } as Result;
    return request([flow as Written], { run: { startedAt, results: [whole] } as unknown as Run });
  };

  it.each<[string, Partial<Result>, object]>([
    ["silence", { outcome: "silent" }, { outcome: "silent", at: startedAt }],
    [
      "a prohibition, with its sender",
      { outcome: "prohibited", evidence: { reporter: "10.0.9.1", icmpCode: "3/13" } },
      { outcome: "prohibited", reporter: "10.0.9.1", icmpCode: "3/13" },
    ],
    ["a reset from in between", { outcome: "refused", evidence: { resetFrom: "middlebox-likely" } }, {}],
    ["a reset that came a shorter way", { outcome: "refused", evidence: { resetNearer: true } }, {}],
    ["a port unreachable of somebody else", { outcome: "refused", evidence: { reporter: "10.0.9.1" } }, {}],
  ])("%s is asked for, with the evidence", (_name, result, evidence) => {
    const { rules, leftOut } = asked(result);
    expect(leftOut).toEqual([]);
    expect(rules.map((rule) => rule.evidence)).toEqual([[expect.objectContaining({ ...evidence, flows: [id] })]]);
  });

  it.each<[string, Partial<Result>, string]>([
    ["nothing that listens", { outcome: "refused" }, "no-firewall"],
    ["a refusal of the host itself", { outcome: "refused", evidence: { reporter: "10.0.2.1" } }, "no-firewall"],
    ["a reset as far as the host", { outcome: "refused", evidence: { resetFrom: "host-likely" } }, "no-firewall"],
    ["a missing route", { outcome: "unreachable" }, "no-firewall"],
    ["a wrong answer", { outcome: "open" }, "no-firewall"],
    ["an error of ours", { verdict: "error", outcome: "unsent" }, "not-tried"],
    ["what was not sent", { verdict: "skipped" }, "not-tried"],
    ["what is undecided", { verdict: "unknown", outcome: "silent" }, "not-decided"],
    ["what works", { verdict: "pass", outcome: "open" }, "works"],
    ["a caveat", { verdict: "warn", outcome: "refused" }, "works"],
    ["a flow of another topology", { id: "other", outcome: "silent" }, "not-in-the-topology"],
  ])("%s is not, and that is said", (_name, result, why) => {
    const { rules, leftOut } = asked(result);
    expect(rules).toEqual([]);
    expect(leftOut.map((one) => one.why)).toContain(why);
  });
});
