import { loadPlan } from "../../src/commands/plan.ts";
import type { Observed } from "../../src/model/run/observed.ts";
import { judge } from "../../src/judge/judge.ts";
import { summarise } from "../../src/judge/rollup.ts";
import type { Probe } from "../../src/model/flow.ts";
import type { Evidence, Outcome } from "../../src/model/outcome.ts";
import type { Result, Run } from "../../src/model/run/run.ts";
import { phrase } from "../../src/report/reasons/phrase.ts";
import { duration } from "../../src/report/text/wording.ts";

/** What a probe of an imagined network sees; nothing where no vantage point can send it. */
export type See = (probe: Probe & { to: string }) => { outcome: Outcome; evidence?: Evidence } | undefined;

const open = (rttMs: number, evidence: Evidence = {}) => ({ outcome: { kind: "open", rttMs }, evidence }) as const;
const silent = { outcome: { kind: "silent", waitedMs: 3203.4 } } as const;
const refused = { outcome: { kind: "refused", rttMs: 0.8 } } as const;

/** Plans a topology with the real catalog, lets `see` answer for the network, and judges as a real run does. */
async function imagine(topology: string, see: See): Promise<Run> {
  const env = { SNMP_COMMUNITY: "x", SNMP_AUTH: "xxxxxxxx", SNMP_PRIV: "xxxxxxxx" };
  const { plan } = await loadPlan(
    "-",
    { section: [], only: [] },
    {
      env,
      readStdin: async () => new TextEncoder().encode(topology),
      err: () => undefined,
      signal: new AbortController().signal,
    },
  );
  const observed = new Map<string, Observed>();
  const senders = new Set(plan.probes.map(({ from }) => from));
  const targets = new Map(plan.flows.map(({ probe, to }) => [probe, to]));
  for (const probe of plan.probes) {
    const seen = see({ ...probe, to: targets.get(probe.id) ?? "" });
    if (seen === undefined) senders.delete(probe.from);
    else {
      const answers = [{ address: probe.target, outcome: seen.outcome, evidence: seen.evidence ?? {} }];
      observed.set(probe.id, {
        observation: { answers },
        attempts: seen.outcome.kind === "silent" ? 2 : 1,
        earlier: [],
      });
    }
  }
  const judgements = judge({ plan, observed, stage: "live", senders, interrupted: false });
  const results = judgements.map((judgement) => phrase(judgement, { topology: "portmatrix.yaml" }));
  return {
    format: 1,
    tool: { name: "portmatrix", version: "0.1.0" },
    startedAt: "2026-11-20T20:00:00.000Z",
    durationMs: 6812.7,
    catalog: plan.catalog,
    stage: "live",
    topology: "portmatrix.yaml",
    sections: plan.sections.map(({ id, anchor, title }) => ({ id, anchor, title })),
    summary: summarise(results),
    results,
  };
}

const companyTopology = `
catalog: checkmk/2.3
server:
  name: cmk
  address: 10.0.0.5
  sites:
    - { name: main }
    - { name: lab, ports: { agent_receiver: 8001, apache: 5001 } }
  features: [agent-bakery, syslog-udp, syslog-tcp, snmp-traps, event-console-status]
remote_sites:
  - name: muc
    address: 10.1.0.5
    sites: [{ name: muc }]
    features: [livestatus, notification-spooler]
hosts:
  - { name: web01, address: 10.0.2.1 }
  - { name: web02, address: 10.0.2.2 }
  - { name: db01, address: 10.0.2.9 }
  - { name: kiosk1, address: 10.0.2.50, agent: push, site: lab }
  - { name: win01, address: 10.1.2.1, os: windows, site: muc }
  - { name: "sw[01-03]", address: "10.0.3.[1-3]", agent: none, snmp: { version: 2c, community: { env: SNMP_COMMUNITY } } }
outgoing:
  dns: [10.0.0.53]
  ntp: [10.0.0.123]
  smtp: [{ address: 10.0.0.25 }]
  ldap: [{ address: 10.0.0.89, tls: true }]
requirements:
  - { from: hosts, to: server, tcp: 6557, expect: blocked, why: Livestatus has no login }
`;

/** A small company on the day after its firewall was changed: one of nearly everything. */
export const company = (): Promise<Run> =>
  imagine(companyTopology, ({ from, to, target, spec }) => {
    const port = spec.kind === "icmp" ? "icmp" : spec.port;
    if (from === "db01") return undefined;
    if (to === "db01" && port === 6556) return refused;
    if (to === "muc" && port === 6557) {
      return {
        outcome: { kind: "prohibited", rttMs: 1.1 },
        evidence: { reporter: "10.0.0.1", icmpCode: "3/13", codeSeen: true, errno: "EHOSTUNREACH" },
      };
    }
    if (port === 8000 && (from === "web02" || from === "win01")) return silent;
    if (port === 6557) return from === "web01" ? open(0.6) : silent;
    if (to === "sw03") return silent;
    if (spec.kind === "snmp") {
      const snmp = { version: "2c", sysDescr: `Example Switch OS 7.4 (${target})`, sysUpTimeTicks: 8640000 } as const;
      return open(2.4, { snmp, replyFrom: target, replyBytes: 118 });
    }
    if (spec.kind === "udp" && (port === 514 || port === 162)) return silent;
    if (spec.kind === "udp")
      return open(1.3, { replyMatches: true, replySummary: port === 53 ? "NOERROR" : "stratum 2" });
    if (target === "10.0.0.25" && port !== 587) return refused;
    return open(0.9, spec.kind === "icmp" ? { method: "raw-socket", ttl: 63 } : { localAddress: "10.0.0.5" });
  });

/** Hosts that the large run repeats, so that it need not be planned and judged anew. */
const kinds = 40;

/**
 * `count` hosts, each with a name, an address, a banner and times of its own; one in forty is silent, one refuses.
 */
export async function large(count: number): Promise<Run> {
  const name = (at: number) => `h${String(at).padStart(5, "0")}`;
  const address = (at: number) => `10.64.${at >> 8}.${at & 255}`;
  const hosts = Array.from({ length: kinds }, (_, at) => `{ name: ${name(at)}, address: ${address(at)}, ${snmp} }`);
  const small = await imagine(
    `
catalog: checkmk/2.3
server: { name: cmk, address: 10.0.0.5, sites: [{ name: main }] }
hosts: [${hosts.join(", ")}]
`,
    ({ from, to, spec, target }) => {
      const host = from === "cmk" ? to : from;
      if (host === name(7) && spec.kind !== "icmp") return silent;
      if (host === name(8)) return refused;
      if (spec.kind !== "snmp") return open(1.2, { localAddress: "10.0.0.5", localPort: 32_768 });
      const sysDescr = `Example OS 7.4 on ${host}, serial SN-${host}-A1`;
      const engineId = `80001f88${Buffer.from(host).toString("hex")}`;
      return open(1.2, { snmp: { version: "2c", sysDescr, engineId, sysUpTimeTicks: 12_345 }, replyFrom: target });
    },
  );
  const texts = small.results.map((result) => ({
    text: JSON.stringify(result),
    kind: Number(/^h(\d+)$/.exec(result.from === "cmk" ? result.to : result.from)?.[1] ?? -1),
  }));
  const results = texts.flatMap(({ text, kind }) => {
    if (kind < 0) return [JSON.parse(text) as Result];
    const own: Result[] = [];
    for (let at = kind; at < count; at += kinds) {
      const rtt = Math.round((0.4 + (at % 977) / 91) * 1000) / 1000;
      const replaced = text
        .replaceAll(name(kind), name(at))
        .replaceAll(`${address(kind)}"`, `${address(at)}"`)
        .replaceAll(`${address(kind)}:`, `${address(at)}:`)
        .replaceAll('"rttMs":1.2', `"rttMs":${rtt}`)
        .replaceAll(" 1.2 ms", ` ${duration(rtt)}`)
        .replaceAll("32768", String(32_768 + (at % 28_000)))
        .replaceAll("12345", String(at * 977));
      own.push(JSON.parse(replaced) as Result);
    }
    return own;
  });
  const sorted = results.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { ...small, results: sorted, summary: summarise(sorted) };
}

const snmp = "snmp: { version: 2c, community: { env: SNMP_COMMUNITY } }";
