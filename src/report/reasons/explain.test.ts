import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { flow, planOf } from "../../../test/cases/judge-case.ts";
import { ruleByFarEnd } from "../../judge/far-end.ts";
import { weighDecoy } from "../../judge/decoy.ts";
import type { Observed } from "../../model/run/observed.ts";
import { judge } from "../../judge/judge.ts";
import { refine } from "../../judge/refine.ts";
import { type Rule, type Ruling, rules } from "../../judge/rules.ts";
import type { Answer, Evidence, Outcome } from "../../model/outcome.ts";
import { findingSchema } from "../../model/service-evidence.ts";
import { type Reason, reasonSchema, verdictOf } from "../../model/reason.ts";
import type { FarEnd } from "../../model/run/responder.ts";
import type { Stage } from "../../model/verdict.ts";
import { reasonWords } from "./entries.ts";
import { explainReason, listReasons, reasonsOf } from "./explain.ts";
import { columnsOf } from "../text/layout.ts";
import { worstFirst } from "../../model/severity.ts";

/** The reasons that the judge gives, whoever in it gives them. */
const given = new Set<Reason>();
const note = ({ reason }: Pick<Ruling, "reason">) => void given.add(reason);

const rulingsIn = (rule: Rule): Ruling[] => ("reason" in rule ? [rule] : Object.values(rule));
for (const { open, blocked } of [rules.live, rules.preinstall])
  for (const row of [open.tcp, open.udp, open.icmp, blocked.tcp, blocked.udp, blocked.icmp])
    for (const ruling of Object.values<Rule>(row).flatMap(rulingsIn)) note(ruling);

const open: Outcome = { kind: "open", rttMs: 1 };
const silent: Outcome = { kind: "silent", waitedMs: 3000 };
const answer = (outcome: Outcome, evidence: Evidence = {}, address = "10.0.0.5"): Answer => ({
  address,
  outcome,
  evidence,
});
const udpOpen = rules.live.open.udp.open;
const spoken: Evidence[] = [
  { replyMatches: true },
  { replyMatches: true, replyFrom: "10.0.0.6" },
  { snmp: { version: "3", report: "wrong-digest" } },
  { snmp: { version: "2c", discoveryOnly: true } },
  { snmp: { version: "3", discoveryOnly: true } },
  { snmp: { version: "2c", errorStatus: "noSuchObject" } },
];
for (const evidence of spoken) note(refine(udpOpen, flow({ protocol: "udp" }), answer(open, evidence)));
note(refine(rules.live.open.tcp.open, flow(), answer(open, { replyBytes: 0 })));
note(refine(rules.live.open.tcp.open, flow(), answer(open, { replyBytes: 10 })));
for (const finding of findingSchema.options) {
  note(refine(rules.live.open.tcp.open, flow(), answer(open, { service: { name: "http", finding } })));
}
const late = { name: "http", finding: "verified", slow: true, waitedMs: 6_000 } as const;
note(refine(rules.live.open.tcp.open, flow(), answer(open, { service: late })));
const closedEarly = answer(open, { service: { name: "http", finding: "closed" } });
note(refine(rules.preinstall.open.tcp.open, flow(), closedEarly, "preinstall"));
const reset = answer({ kind: "refused", rttMs: 1 }, { ttl: 64 });
note(refine(rules.preinstall.open.tcp.refused, flow(), reset, "preinstall", "middlebox-likely"));
note(weighDecoy(rules.live.open.tcp.open, { port: 24_817, outcome: "open" }));
const tolerant = { ...flow(), tolerates: { outcomes: ["silent"] as const, why: "It may be off." } };
note(refine(rules.live.open.tcp.silent, tolerant, answer(silent)));

/** What the other end says of it. */
const held: FarEnd = { state: "held", isWatched: true, arrivals: [] };
const arrival = { at: "2026-11-20T20:00:00Z", how: "token", protocol: "tcp", address: "10.0.0.5", port: 443 } as const;
const arrived = { ...held, arrivals: [{ ...arrival, from: "10.0.0.7", fromPort: 5 }] };
const inUse: FarEnd = { ...held, state: "in-use", isMute: true };
const byResponder = { responder: { answered: true, seenAddress: "10.0.0.7" }, localAddress: "10.0.0.7" };
const farEnds: [Answer, FarEnd, Stage, ("tcp" | "udp")?][] = [
  [answer(open, byResponder), held, "preinstall"],
  [answer(open, byResponder), held, "live"],
  [answer(open, byResponder), { ...held, boundTo: ["127.0.0.1"] }, "live"],
  [answer(open, { ...byResponder, localAddress: "10.0.0.8" }), held, "preinstall"],
  [answer(open, { responder: { answered: false } }), held, "preinstall"],
  [answer(silent), held, "preinstall"],
  [answer(silent), arrived, "preinstall"],
  [answer(silent), { ...arrived, state: "in-use", isMute: true }, "live", "udp"],
  [answer(silent), inUse, "live", "udp"],
  [answer(silent), { ...inUse, counted: { sent: 2, datagrams: 2, isOnTime: true } }, "live", "udp"],
  [answer(silent), { ...inUse, waiting: 1 }, "live"],
];
for (const [seen, farEnd, stage, protocol = "tcp"] of farEnds) {
  const ruling = ruleByFarEnd(flow({ protocol }), seen, stage, farEnd);
  if (ruling !== undefined) note(ruling);
}

/** Judges one flow on 443 and one on 80, alternatives of each other. */
function judged(
  observed: Record<number, Observed>,
  senders: readonly string[] = ["web01"],
  interrupted = false,
  stage: Stage = "live",
) {
  const flows = [443, 80].map((port) => ({ ...flow({ port }), alternative: "web" }));
  const seen = flows.flatMap((one) => {
    const result = observed[one.port ?? 0];
    return result === undefined ? [] : [[one.probe, result] as const];
  });
  const input = { plan: planOf(flows), observed: new Map(seen), stage, interrupted };
  for (const judgement of judge({ ...input, senders: new Set(senders) })) note(judgement);
}
const sees = (answers: Answer[], earlier: Answer[] = []): Observed => ({
  observation: { answers },
  attempts: 1 + earlier.length,
  earlier: earlier.map((one) => ({ answers: [one] })),
});
const noRoute: Outcome = { kind: "unsent", cause: "no-route", detail: "" };
judged({ 443: sees([answer(open)]), 80: sees([answer(silent)]) });
judged({ 443: sees([answer(open)], [answer(silent)]), 80: sees([answer(open), answer(noRoute, {}, "fd00::5")]) });
judged(
  { 443: sees([answer({ kind: "refused", rttMs: 1 })]), 80: sees([answer(silent)]) },
  ["web01"],
  false,
  "preinstall",
);
judge({
  plan: planOf([flow({ protocol: "udp", port: 514, accepts: "unverifiable" })]),
  observed: new Map([["web01->10.0.0.5/udp/514", sees([answer(silent)])]]),
  stage: "live",
  senders: new Set(["web01"]),
  interrupted: false,
}).forEach(note);
judged({}, []);
judged({}, ["web01"], true);
judged({});

describe("explanations", () => {
  it.each(reasonSchema.options)("%s is given by the judge", (reason) => expect(given).toContain(reason));

  it("are in one file each", async () => {
    const folder = new URL("words/", import.meta.url);
    const files = await Promise.all(readdirSync(folder).map((file) => import(new URL(file, folder).href)));
    const keys = files.flatMap((file: object) => Object.values(file).flatMap((words: object) => Object.keys(words)));
    expect(keys.toSorted()).toEqual(reasonSchema.options.toSorted());
  });

  it("come by verdict, each reason once", () => {
    expect(worstFirst.flatMap(reasonsOf).toSorted()).toEqual(reasonSchema.options.toSorted());
  });

  const all = (Object.keys(reasonWords) as Reason[]).map(
    (reason) => [reason, reasonWords[reason].explanation] as const,
  );
  it.each(all)("%s is written as the others are", (reason, { short, likelyCauses, ...rest }) => {
    expect(short).not.toMatch(/\.$/);
    expect(columnsOf(short)).toBeLessThanOrEqual(66);
    const { means, proves, doesNotProve, lookFirst } = rest;
    for (const text of [means, proves, doesNotProve, lookFirst, ...likelyCauses]) {
      expect(text).toMatch(/^[A-Za-z`].*[.?]$/);
      // Markdown would take them for HTML, emphasis or a table.
      expect(text.replaceAll(/`[^`]+`/g, "")).not.toMatch(/[<>*_|`[\]]/);
    }
    expect(likelyCauses.length === 0).toBe(verdictOf(reason) === "pass");
  });

  it("mention only reasons that exist", () => {
    const codes = all.flatMap(([, texts]) => [...JSON.stringify(texts).matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)]);
    const mentioned = codes.map(([, code]) => code).filter((code) => code !== "raw-socket");
    expect(mentioned).toContain("host-unreachable");
    expect(mentioned.filter((code) => !reasonSchema.safeParse(code).success)).toEqual([]);
  });
});

describe.each([
  { width: 60, unicode: false },
  { width: 100, unicode: true },
])("with %o", (look) => {
  const fits = (text: string) => text.split("\n").every((line) => columnsOf(line) <= look.width);

  it("every reason fits, and so does the list", () => {
    expect(reasonSchema.options.filter((reason) => !fits(explainReason(reason, look)))).toEqual([]);
    expect(fits(listReasons(look))).toBe(true);
    expect(fits("x".repeat(look.width + 1))).toBe(false);
  });

  it("only ASCII where only ASCII is wanted", () => {
    const text = reasonSchema.options.map((reason) => explainReason(reason, look)).join("") + listReasons(look);
    expect(/^[\n -~]*$/.test(text)).toBe(!look.unicode);
  });
});
