import { describe, expect, it } from "vitest";
import type { Flow } from "../model/flow.ts";
import type { Answer, Evidence } from "../model/outcome.ts";
import type { Finding } from "../model/service-evidence.ts";
import { answer, flow, observed, outcomes, planOf } from "../../test/cases/judge-case.ts";
import type { Observed } from "../model/run/observed.ts";
import { type Case, judge } from "./judge.ts";

/** Judges flows by what their probes saw and gives verdict and reason of each, in the order of the flows. */
function judged(pairs: readonly [Flow, Observed | undefined][], over: Partial<Case> = {}) {
  const flows = pairs.map(([one]) => one);
  const results = judge({
    plan: planOf(flows),
    observed: new Map(pairs.flatMap(([one, seen]) => (seen === undefined ? [] : [[one.probe, seen]]))),
    stage: "live",
    senders: new Set(["web01"]),
    interrupted: false,
    ...over,
  });
  return flows.map(({ id }) => results.find((result) => result.id === id));
}

const one = (tested: Flow, seen: Observed | undefined, over: Partial<Case> = {}) => judged([[tested, seen]], over)[0];
const silent = answer(outcomes.silent);
const open = answer(outcomes.open);
const noRoute = { kind: "unsent", cause: "no-route", detail: "ENETUNREACH" } as const;

describe("what the answer said", () => {
  it.each<[string, Evidence, string]>([
    ["a bare reply", {}, "pass reply-received observed"],
    ["a reply that does not decode", { replyMatches: false }, "warn unexpected-answer observed"],
    ["a reply with our id", { replyMatches: true }, "pass service-answered proven"],
    [
      "the reply of another address",
      { replyMatches: true, replyFrom: "10.0.0.6" },
      "warn answer-from-other-address proven",
    ],
    ["the reply of the address itself", { replyMatches: true, replyFrom: "10.0.0.5" }, "pass service-answered proven"],
    ["SNMP values", { snmp: { version: "2c", sysDescr: "Linux" } }, "pass service-answered proven"],
    ["an SNMPv3 report", { snmp: { version: "3", report: "unknown-user" } }, "warn snmp-credentials-rejected proven"],
    [
      "only the v3 discovery",
      { snmp: { version: "2c", discoveryOnly: true } },
      "warn snmp-community-unanswered proven",
    ],
    [
      "only the v3 discovery of a v3 user",
      { snmp: { version: "3", discoveryOnly: true } },
      "warn snmp-user-unanswered proven",
    ],
    [
      "a v3 user who may not ask like this",
      { snmp: { version: "3", errorStatus: "authorizationError" } },
      "warn snmp-credentials-rejected proven",
    ],
    [
      "a stray datagram at the SNMP port",
      { replyMatches: false, snmp: { version: "2c" } },
      "warn unexpected-answer observed",
    ],
    [
      "SNMP values, but not all",
      { replyMatches: true, snmp: { version: "2c", sysDescr: "Linux", missing: ["sysUpTime"] } },
      "warn snmp-object-missing proven",
    ],
    [
      "SNMP values in another version than the one that is configured",
      { replyMatches: true, snmp: { version: "1", configuredVersion: "2c", sysDescr: "Linux" } },
      "warn unexpected-answer proven",
    ],
    [
      "an engine that was asked without credentials",
      { replyMatches: true, snmp: { version: "3", engineId: "80" } },
      "pass service-answered proven",
    ],
    ["an SNMP error status", { snmp: { version: "1", errorStatus: "noSuchName" } }, "warn snmp-object-missing proven"],
  ])("UDP, %s", (_, evidence, expected) => {
    const result = one(flow({ protocol: "udp", port: 161 }), observed([answer(outcomes.open, evidence)]));
    expect(`${result?.verdict} ${result?.reason} ${result?.proof}`).toBe(expected);
    expect(result?.evidence).toEqual(evidence);
  });

  it("does not soften an open port that must be blocked", () => {
    const tested = flow({ protocol: "udp", expect: "blocked" });
    expect(one(tested, observed([answer(outcomes.open, { replyFrom: "10.0.0.6" })]))?.reason).toBe("open-not-blocked");
  });

  it.each([
    ["refused", "warn absence-is-normal"],
    ["silent", "fail no-answer"],
    ["open", "pass handshake-completed"],
  ] as const)("tolerates only the outcomes named: %s", (kind, expected) => {
    const tested = flow({ tolerates: { outcomes: ["refused"], why: "The pair is connected already." } });
    const result = one(tested, observed([answer(outcomes[kind])]));
    expect(`${result?.verdict} ${result?.reason}`).toBe(expected);
    expect(result?.tolerated).toBe(kind === "refused" ? "The pair is connected already." : undefined);
  });
});

describe("several addresses", () => {
  it.each<[string, Answer[], string]>([
    ["all answer", [open, answer(outcomes.open, {}, "10.0.0.6")], "pass handshake-completed 10.0.0.5"],
    ["one is silent", [open, answer(outcomes.silent, {}, "10.0.0.6")], "fail no-answer 10.0.0.6"],
    [
      "a failure outranks an error of ours",
      [answer({ kind: "unsent", cause: "descriptors", detail: "EMFILE" }), answer(outcomes.silent, {}, "10.0.0.6")],
      "fail no-answer 10.0.0.6",
    ],
    [
      "no route for the other family",
      [open, answer(noRoute, {}, "fd00::5")],
      "warn address-family-not-routed 10.0.0.5",
    ],
    ["no route, and the other family fails", [silent, answer(noRoute, {}, "fd00::5")], "fail no-answer 10.0.0.5"],
    ["no route for the same family", [open, answer(noRoute, {}, "10.0.0.6")], "error no-route-here 10.0.0.6"],
    ["no route at all", [answer(noRoute), answer(noRoute, {}, "fd00::5")], "error no-route-here 10.0.0.5"],
  ])("%s", (_, answers, expected) => {
    const result = one(flow({ address: "cmk.example.com" }), observed(answers));
    expect(`${result?.verdict} ${result?.reason} ${result?.address}`).toBe(expected);
    expect(result?.evidence.addresses).toEqual(answers);
  });
});

describe("several attempts", () => {
  it("turns yellow when only the second attempt was answered", () => {
    const result = one(flow(), observed([open], [silent]));
    expect(result).toMatchObject({ verdict: "warn", reason: "answered-on-second-attempt", attempts: 2 });
    expect(result?.evidence.earlier).toEqual([silent]);
  });

  it("turns yellow when the second try within an attempt was answered, over TCP and ICMP", () => {
    const late = answer(outcomes.open, { tries: 2 });
    for (const place of [flow(), flow({ protocol: "icmp" })]) {
      expect(one(place, observed([late]))).toMatchObject({ verdict: "warn", reason: "answered-on-second-attempt" });
      expect(one(place, observed([open]))).toMatchObject({ verdict: "pass" });
    }
    expect(one(flow({ expect: "blocked" }), observed([late]))).toMatchObject({ reason: "open-not-blocked" });
  });

  it("does not hold an attempt against the network that never left", () => {
    const starved = answer({ kind: "unsent", cause: "descriptors", detail: "EMFILE" });
    expect(one(flow(), observed([open], [starved]))?.reason).toBe("handshake-completed");
  });

  it("fails a blocked port that let one attempt through", () => {
    const result = one(flow({ expect: "blocked" }), observed([silent], [open]));
    expect(result).toMatchObject({ verdict: "fail", reason: "open-not-blocked", outcome: "open" });
  });
});

describe("controls", () => {
  const blocked = flow({ expect: "blocked", port: 22, requirement: "ssh" });
  const verdictWith = (control: Flow, seen: Observed) =>
    judged([
      [blocked, observed([silent])],
      [control, seen],
    ])[0]?.verdict;

  it.each<[string, Flow, Observed, string]>([
    ["the same host, answered", flow(), observed([open]), "pass"],
    ["the same host, refused: a firewall may say so", flow(), observed([answer(outcomes.refused)]), "unknown"],
    ["the same host, silent", flow(), observed([silent]), "unknown"],
    ["another address", flow({ address: "10.0.0.6" }), observed([answer(outcomes.open, {}, "10.0.0.6")]), "unknown"],
    ["another sender", flow({ from: "web02" }), observed([open]), "unknown"],
    ["a reply of another address", flow(), observed([answer(outcomes.open, { replyFrom: "10.0.0.6" })]), "unknown"],
  ])("%s", (_, control, seen, expected) => expect(verdictWith(control, seen)).toBe(expected));

  it.each<[string, Flow, Answer, object]>([
    ["a refusal is named, though no control", flow(), answer(outcomes.refused), { refusal: flow().id }],
    ["one of a router is not", flow(), answer(outcomes.refused, { reporter: "10.0.0.1" }), {}],
    ["one of another address is not", flow({ address: "10.0.0.6" }), answer(outcomes.refused, {}, "10.0.0.6"), {}],
    ["an answer is the control instead", flow(), open, { control: flow().id }],
  ])("%s", (_, other, seen, expected) => {
    const [judgement] = judged([
      [blocked, observed([silent])],
      [other, observed([seen])],
    ]);
    expect(judgement?.evidence).toEqual({ waitedMs: 3200, ...expected });
  });
});

describe("alternatives", () => {
  const http = flow({ port: 80, requirement: "web-http", alternative: "web" });
  const https = flow({ port: 443, requirement: "web-https", alternative: "web" });
  const reasons = (left: Observed | undefined, right: Observed | undefined) =>
    judged([
      [http, left],
      [https, right],
    ]).map((result) => `${result?.verdict} ${result?.reason}`);

  it("takes one pass for all", () => {
    expect(reasons(observed([silent]), observed([open]))).toEqual([
      "warn alternative-satisfied",
      "pass handshake-completed",
    ]);
  });
  it("names the one that works and keeps what the other saw", () => {
    const result = judged([
      [http, observed([silent])],
      [https, observed([open])],
    ])[0];
    expect(result).toMatchObject({ outcome: "silent", evidence: { satisfiedBy: https.id, waitedMs: 3200 } });
  });
  it("keeps both failures when neither works", () => {
    expect(reasons(observed([silent]), observed([answer(outcomes.refused)]))).toEqual([
      "fail no-answer",
      "fail connection-refused",
    ]);
  });
  describe("before the installation", () => {
    const early = (left: Answer, right: Answer) =>
      judged(
        [
          [http, observed([left])],
          [https, observed([right])],
        ],
        { stage: "preinstall" },
      ).map((result) => `${result?.verdict} ${result?.reason}`);
    const prohibited = answer(outcomes.prohibited);
    const resetAt = (ttl: number) => answer(outcomes.refused, { ttl });

    it("is satisfied by an open path", () => {
      const paths = [answer(outcomes.refused), "path-open-nothing-listens"] as const;
      const accepts = answer(outcomes.open, { service: { name: "http", finding: "closed" } });
      for (const [seen, reason] of [paths, [accepts, "path-open-other-answers"] as const]) {
        expect(early(prohibited, seen)).toEqual(["warn alternative-path-open", `warn ${reason}`]);
      }
      expect(early(prohibited, open)[0]).toBe("warn alternative-satisfied");
    });
    it("is not satisfied by what is no open path", () => {
      expect(early(prohibited, silent)).toEqual(["fail administratively-prohibited", "fail no-answer"]);
      const router = answer(outcomes.refused, { reporter: "10.0.0.1", icmpCode: "3/3" });
      expect(early(silent, router)).toEqual(["fail no-answer", "fail connection-refused"]);
    });
    it("is not satisfied by a reset from nearer than the host, which the farther one makes unnecessary", () => {
      expect(early(resetAt(64), resetAt(63))).toEqual(["warn alternative-path-open", "warn path-open-nothing-listens"]);
    });
  });
  it("is not satisfied by an absence that is normal", () => {
    const absent = { ...http, tolerates: { outcomes: ["refused"] as const, why: "Off by default." } };
    const results = judged([
      [absent, observed([answer(outcomes.refused)])],
      [https, observed([silent])],
    ]);
    expect(results.map((result) => result?.reason)).toEqual(["absence-is-normal", "no-answer"]);
  });
  it.each<[Finding, string]>([
    ["verified", "warn alternative-satisfied"],
    ["certificate-expired", "warn alternative-satisfied"],
    ["not-ready", "warn alternative-satisfied"],
    ["unencrypted", "warn alternative-satisfied"],
    ["other-answer", "fail no-answer"],
    ["unanswered", "fail no-answer"],
    ["wrong-service", "fail no-answer"],
  ])("a service that is %s makes of the other one: %s", (finding, expected) => {
    const asked = answer(outcomes.open, { service: { name: "receiver-discovery-http", finding } });
    expect(reasons(observed([asked]), observed([silent]))[1]).toBe(expected);
  });
  it("is satisfied by whatever answers at the same port of another address", () => {
    const asked = answer(outcomes.open, { service: { name: "site-apache", finding: "other-answer" } });
    const at = (address: string) => ({ ...flow({ port: 5000, address, alternative: "apache" }), id: address });
    const results = judged([
      [at("127.0.0.1"), observed([asked])],
      [at("::1"), observed([answer(outcomes.refused)])],
    ]);
    expect(results.map((result) => result?.reason)).toEqual(["unexpected-answer", "alternative-satisfied"]);
  });
  it("is not satisfied by a page that only leads to the other one", () => {
    const service = { name: "http", finding: "verified" } as const;
    const leadsOn = answer(outcomes.open, { service: { ...service, leadsTo: "https" } });
    expect(reasons(observed([leadsOn]), observed([silent]))).toEqual(["pass service-answered", "fail no-answer"]);
    const page = answer(outcomes.open, { service });
    expect(reasons(observed([page]), observed([silent]))[1]).toBe("warn alternative-satisfied");
  });
  it("leaves apart what other nodes need", () => {
    const other = { ...https, alternative: "web of another node" };
    const results = judged([
      [http, observed([silent])],
      [other, observed([open])],
    ]);
    expect(results[0]?.reason).toBe("no-answer");
  });
});

describe("what was not sent", () => {
  it.each<[string, Partial<Case>, string]>([
    ["no vantage point there", { senders: new Set(["cmk"]) }, "skipped no-vantage"],
    ["stopped by the user", { interrupted: true }, "skipped interrupted"],
    ["no vantage point, whether stopped or not", { senders: new Set(), interrupted: true }, "skipped no-vantage"],
    ["nothing explains it", {}, "error probe-failed"],
  ])("%s", (_, over, expected) => {
    const result = one(flow(), undefined, over);
    expect(`${result?.verdict} ${result?.reason}`).toBe(expected);
    const written = JSON.stringify(result);
    expect(written).not.toContain("outcome");
    expect(written).not.toContain('vantage":');
    expect(result?.attempts).toBe(0);
  });
});

it("sorts by id and judges each flow that shares a probe", () => {
  const shared = flow({ requirement: "b" });
  const results = judge({
    plan: planOf([shared, flow({ requirement: "a" }), flow({ requirement: "c", expect: "blocked" })]),
    observed: new Map([[shared.probe, observed([open])]]),
    stage: "live",
    senders: new Set(["web01"]),
    interrupted: false,
  });
  expect(results.map(({ requirement, verdict }) => `${requirement} ${verdict}`)).toEqual([
    "a pass",
    "b pass",
    "c fail",
  ]);
});
