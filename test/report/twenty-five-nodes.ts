import { judge } from "../../src/judge/judge.ts";
import { summarise } from "../../src/judge/rollup.ts";
import { loadTopology } from "../../src/load/topology/topology.ts";
import type { Probe } from "../../src/model/flow.ts";
import type { Observed } from "../../src/model/run/observed.ts";
import type { Answer, Evidence, Outcome } from "../../src/model/outcome.ts";
import type { Run } from "../../src/model/run/run.ts";
import { plan } from "../../src/plan/plan.ts";
import { otherAddressesIn } from "../../src/report/reasons/other-addresses.ts";
import { phrase } from "../../src/report/reasons/phrase.ts";
import { shippedCatalogs } from "../catalog/read-catalog.ts";

/** 25 nodes: a server, two remote sites, sixteen hosts (four of them switches), a cluster, and four services. */
const topology = `
catalog: checkmk/2.3
server:
  name: cmk
  address: [10.0.0.5, "fd00::5"]
  sites: [{ name: main }]
  features: [agent-bakery, syslog-udp, syslog-tcp, snmp-traps, real-time-checks]
remote_sites:
  - { name: muc, address: 10.1.0.5, sites: [{ name: muc }], features: [livestatus] }
  - { name: ber, address: 10.2.0.5, sites: [{ name: ber }], features: [livestatus] }
hosts:
  - { name: "web[01-06]", address: "10.0.2.[1-6]" }
  - { name: "db[01-04]", address: "10.0.4.[1-4]" }
  - { name: win01, address: 10.0.5.1, os: windows }
  - { name: dual01, address: [10.0.6.1, "fd00:6::1"] }
  - { name: "sw[01-04]", address: "10.0.3.[1-4]", os: other, agent: none, snmp: { version: 2c, community: { env: C } } }
clusters:
  - name: ha
    nodes: [{ name: ha1, address: 10.0.9.1 }, { name: ha2, address: 10.0.9.2 }]
outgoing:
  dns: [10.0.50.53]
  ntp: [10.0.50.123]
  smtp: [{ address: 10.0.50.25, port: 25 }]
  ldap: [{ address: 10.0.50.89 }]
requirements:
  - { from: hosts, to: server, tcp: 22, expect: blocked }
vantages:
${[
  "cmk,muc,ber,ha1,ha2,win01,dual01",
  ...Array.from({ length: 6 }, (_, at) => `web0${at + 1}`),
  ...Array.from({ length: 4 }, (_, at) => `db0${at + 1}`),
  ...Array.from({ length: 4 }, (_, at) => `sw0${at + 1}`),
]
  .join(",")
  .split(",")
  .map((node) => `  ${node}: { exec: [on, ${node}] }`)
  .join("\n")}
`;

/** What a probe sees instead of what a healthy network would show; nothing for a probe that the fault leaves alone. */
export type Fault = (probe: Probe) => readonly [Outcome, Evidence?] | undefined;

const open: Outcome = { kind: "open", rttMs: 0.8 };
const silent: Outcome = { kind: "silent", waitedMs: 3500 };
const refused: Outcome = { kind: "refused", rttMs: 0.4 };

/** A healthy network with the noise that every real one has: receivers over UDP that never answer, and absent options. */
function healthy({ spec }: Probe): readonly [Outcome, Evidence?] {
  switch (spec.kind) {
    case "icmp":
      return [open];
    case "snmp":
      return [open, { replyMatches: true, snmp: { version: "2c", sysDescr: "switch" } }];
    case "udp":
      return spec.payload === "empty" ? [silent] : [open, { replyMatches: true, replySummary: "answered" }];
    case "tcp":
      if (spec.port === 22) return [silent];
      if (spec.port === 80 || spec.port === 28_250) return [refused];
      return [open, spec.service === undefined ? {} : { service: { name: spec.service.name, finding: "verified" } }];
  }
}

const loaded = await loadTopology("-", { stdin: topology });
const catalog = shippedCatalogs().find(({ path }) => path.endsWith("checkmk/2.3.yaml"))?.catalog;
if (catalog === undefined) throw new Error("there is no catalog checkmk/2.3");
export const planned = plan(catalog, loaded.topology);

/** The run that a network shows under these faults; the first fault that touches a probe decides. */
export function runUnder(...faults: readonly Fault[]): Run {
  const observed = new Map(
    planned.probes.map((probe): [string, Observed] => {
      const [outcome, evidence = {}] =
        faults.map((fault) => fault(probe)).find((seen) => seen !== undefined) ?? healthy(probe);
      const answer: Answer = { address: probe.target, outcome, evidence };
      return [probe.id, { observation: { answers: [answer] }, attempts: 1, earlier: [] }];
    }),
  );
  const senders = new Set(planned.probes.map(({ from }) => from));
  const judgements = judge({ plan: planned, observed, stage: "live", senders, interrupted: false });
  const context = { topology: "portmatrix.yaml", otherAddressesOf: otherAddressesIn(judgements) };
  const results = judgements.map((judgement) => phrase(judgement, context));
  return {
    format: 1,
    tool: { name: "portmatrix", version: "0.1.0" },
    startedAt: "2026-11-20T20:00:00.000Z",
    durationMs: 3500,
    catalog: planned.catalog,
    stage: "live",
    sections: [...planned.sections],
    summary: summarise(results),
    results,
  };
}

const portOf = ({ spec }: Probe): number | undefined => ("port" in spec ? spec.port : undefined);

/** Everything that fits sees this. */
export const when =
  (fits: (probe: Probe & { port: number | undefined }) => boolean, outcome: Outcome, evidence?: Evidence): Fault =>
  (probe) =>
    fits({ ...probe, port: portOf(probe) }) ? [outcome, evidence ?? {}] : undefined;

export const seen = {
  silent,
  refused,
  open,
  prohibited: { kind: "prohibited", rttMs: 0.5 },
  unreachable: { kind: "unreachable", rttMs: 3050 },
} as const satisfies Record<string, Outcome>;
