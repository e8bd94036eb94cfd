import type { Observed } from "../../src/model/run/observed.ts";
import { judge } from "../../src/judge/judge.ts";
import { summarise } from "../../src/judge/rollup.ts";
import type { Flow, PlannedSection } from "../../src/model/flow.ts";
import type { Run } from "../../src/model/run/run.ts";
import type { Stage } from "../../src/model/verdict.ts";
import { otherAddressesIn } from "../../src/report/reasons/other-addresses.ts";
import { phrase } from "../../src/report/reasons/phrase.ts";
import { answer, flow, observed, outcomes, planOf } from "./judge-case.ts";

const sections: PlannedSection[] = [
  { id: "2.1", anchor: "host_incoming_cmk_outgoing", title: { en: "Monitored host", de: "Überwachter Host" } },
  { id: "2.2", anchor: "cmk_incoming_host_outgoing", title: { en: "The Checkmk server", de: "Checkmk-Server" } },
  { id: "3.1", anchor: "remote_incoming_cmk_outgoing", title: { en: "Remote sites", de: "Remote-Instanz" } },
  { id: "7", anchor: "misc_ports", title: { en: "Outgoing ports", de: "Erreichbare Ports (ausgehend)" } },
  { id: "extra", anchor: "requirements", title: { en: "Requirements of this topology", de: "Anforderungen" } },
];

/** A flow and what its probe saw; nothing for a flow that was not sent. */
export type Story = readonly [Flow, Observed?];

/** The story of a flow; `undefined` for one that nobody sent. */
export const storyOf = (one: Flow, seen: Observed | undefined): Story => (seen === undefined ? [one] : [one, seen]);

/** Judges and phrases stories as `commands/check.ts` does; nodes with an unsent flow have no vantage point. */
export function runOf(stories: readonly Story[], over: { stage?: Stage; interrupted?: boolean } = {}): Run {
  const { stage = "live", interrupted = false } = over;
  const plan = { ...planOf(stories.map(([one]) => one)), sections };
  const seen = new Map(stories.flatMap(([one, what]) => (what === undefined ? [] : [[one.probe, what]])));
  const senders = new Set(stories.flatMap(([one, what]) => (what === undefined && !interrupted ? [] : [one.from])));
  const judgements = judge({ plan, observed: seen, stage, senders, interrupted });
  const context = { topology: "portmatrix.yaml", otherAddressesOf: otherAddressesIn(judgements) };
  const results = judgements.map((judgement) => phrase(judgement, context));
  return {
    format: 1,
    tool: { name: "portmatrix", version: "0.1.0" },
    startedAt: "2026-11-20T20:00:00.000Z",
    durationMs: 3412.7,
    catalog: {
      product: "checkmk",
      version: "2.3",
      title: "Checkmk 2.3, ports",
      url: "https://docs.checkmk.com/2.3.0/en/ports.html",
    },
    stage,
    topology: "portmatrix.yaml",
    ...(interrupted ? { interrupted } : {}),
    sections,
    summary: summarise(results),
    results,
  };
}

/** Flows as the 2.3 catalog makes them. */
export const make = {
  snmp: (to: string, address: string) =>
    flow({
      section: "2.1",
      requirement: "snmp",
      service: "SNMP agent",
      short: "SNMP 161",
      from: "cmk",
      to,
      address,
      protocol: "udp",
      port: 161,
    }),
  agent: (to: string, address: string) =>
    flow({
      section: "2.1",
      requirement: "agent",
      service: "Checkmk agent",
      short: "Agent 6556",
      from: "cmk",
      to,
      address,
      port: 6556,
    }),
  ping: (to: string, address: string) =>
    flow({
      section: "2.1",
      requirement: "ping",
      service: "ICMP echo",
      short: "Ping",
      from: "cmk",
      to,
      address,
      protocol: "icmp",
    }),
  register: (from: string, port = 8000) =>
    flow({ requirement: "agent-registration", service: "Agent Controller TLS registration", from, port }),
  http: (from: string) =>
    flow({
      requirement: "web-http",
      service: "Web server (HTTP)",
      short: "HTTP 80",
      from,
      port: 80,
      alternative: `web/${from}`,
    }),
  https: (from: string) =>
    flow({
      requirement: "web-https",
      service: "Web server (HTTPS)",
      short: "HTTPS 443",
      from,
      port: 443,
      alternative: `web/${from}`,
    }),
  livestatus: (to: string, address: string) =>
    flow({
      section: "3.1",
      requirement: "livestatus",
      service: "Livestatus",
      short: "Livestatus",
      from: "cmk",
      to,
      address,
      port: 6557,
    }),
  dns: (address: string) =>
    flow({
      section: "7",
      requirement: "dns",
      service: "DNS",
      short: "DNS",
      from: "cmk",
      to: address,
      address,
      protocol: "udp",
      port: 53,
    }),
  smtp: (port: number) =>
    flow({
      section: "7",
      requirement: "smtp",
      service: "SMTP",
      short: "SMTP",
      from: "cmk",
      to: "mail.example.com",
      address: "mail.example.com",
      port,
      alternative: "mail",
    }),
  blocked: (from: string, to: string, address: string, port: number) =>
    flow({
      section: "extra",
      requirement: `tcp-${port}`,
      service: `${port}/tcp`,
      short: `no ${port}/tcp`,
      from,
      to,
      address,
      port,
      expect: "blocked",
    }),
};

const at = (address: string, kind: keyof typeof outcomes, evidence = {}) =>
  observed([answer(outcomes[kind], evidence, address)]);
const confirmed = (address: string, kind: keyof typeof outcomes) => ({ ...at(address, kind), attempts: 2 });
const linux = { snmp: { version: "2c", sysDescr: "Linux sw01 6.1.0", sysUpTimeTicks: 12345 } };

/** Everything works. */
export const allPass = (): Run =>
  runOf([
    [make.agent("web01", "10.0.2.1"), at("10.0.2.1", "open")],
    [make.ping("web01", "10.0.2.1"), at("10.0.2.1", "open")],
    [make.snmp("sw01", "10.0.3.7"), at("10.0.3.7", "open", linux)],
    [make.ping("sw01", "10.0.3.7"), at("10.0.3.7", "open")],
    [make.register("web01"), at("10.0.0.5", "open")],
    [make.dns("10.0.0.53"), at("10.0.0.53", "open", { replyMatches: true, replySummary: "NOERROR" })],
  ]);

/** One of nearly everything that a small installation may show. */
export const mixed = (): Run =>
  runOf([
    [make.agent("web01", "10.0.2.1"), at("10.0.2.1", "open")],
    [make.ping("web01", "10.0.2.1"), at("10.0.2.1", "open")],
    [make.agent("web02", "10.0.2.2"), at("10.0.2.2", "refused")],
    [make.ping("web02", "10.0.2.2"), at("10.0.2.2", "open")],
    [make.agent("db01", "10.0.2.9"), confirmed("10.0.2.9", "unreachable")],
    [make.ping("db01", "10.0.2.9"), confirmed("10.0.2.9", "silent")],
    [make.snmp("sw01", "10.0.3.7"), at("10.0.3.7", "open", linux)],
    [make.ping("sw01", "10.0.3.7"), at("10.0.3.7", "open")],
    [make.snmp("sw02", "10.0.3.8"), confirmed("10.0.3.8", "silent")],
    [
      make.ping("sw02", "10.0.3.8"),
      observed([answer(outcomes.open, {}, "10.0.3.8")], [answer(outcomes.silent, {}, "10.0.3.8")]),
    ],
    [make.snmp("sw03", "10.0.3.9"), at("10.0.3.9", "open", { snmp: { version: "3", report: "unknown-user" } })],
    [make.register("web01")],
    [make.http("web01")],
    [make.https("web01")],
    [make.register("web02"), confirmed("10.0.0.5", "silent")],
    [make.http("web02"), at("10.0.0.5", "refused")],
    [make.https("web02"), at("10.0.0.5", "open")],
    [make.register("db01"), confirmed("10.0.0.5", "silent")],
    [make.http("db01"), at("10.0.0.5", "open")],
    [make.https("db01"), at("10.0.0.5", "open")],
    [make.livestatus("muc", "10.1.0.5"), confirmed("10.1.0.5", "prohibited")],
    [make.dns("10.0.0.53"), at("10.0.0.53", "open", { replyMatches: true, replySummary: "NOERROR" })],
    [make.smtp(25), confirmed("192.0.2.25", "silent")],
    [make.smtp(465), confirmed("192.0.2.25", "silent")],
    [make.smtp(587), at("192.0.2.25", "open")],
    [make.blocked("web02", "cmk", "10.0.0.5", 22), confirmed("10.0.0.5", "open")],
    [make.blocked("db01", "cmk", "10.0.0.5", 22), at("10.0.0.5", "silent")],
    [make.blocked("db01", "muc", "10.1.0.5", 22), at("10.1.0.5", "silent")],
  ]);

/** A thousand hosts; every twentieth is silent, ten have no agent, and none of them can be sent from. */
export function thousand(): Run {
  const stories: Story[] = [];
  for (let n = 1; n <= 1000; n++) {
    const name = `h${String(n).padStart(4, "0")}`;
    const address = `10.${Math.floor(n / 250)}.1.${n % 250}`;
    const isDead = n % 20 === 0;
    stories.push(
      [make.agent(name, address), at(address, isDead ? "silent" : n % 100 === 7 ? "refused" : "open")],
      [make.ping(name, address), at(address, isDead ? "silent" : "open")],
      [make.snmp(name, address), at(address, isDead ? "silent" : "open", isDead ? {} : linux)],
      [make.register(name)],
    );
  }
  return runOf(stories);
}
