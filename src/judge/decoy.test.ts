import { placeAt } from "./sender.ts";
import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../test/cases/judge-case.ts";
import type { Evidence, Outcome } from "../model/outcome.ts";
import type { Probe } from "../model/flow.ts";
import type { Finding } from "../model/service-evidence.ts";
import { type DecoySeen, needsDecoy } from "./decoy.ts";
import { judge } from "./judge.ts";

const one = flow();
const place = placeAt("web01", "10.0.0.5");
const service = (finding: Finding): Evidence => ({ service: { name: "agent-receiver", finding } });

/** Judges one flow that saw this, with what the decoy of its address said. */
function judged(outcome: Outcome, evidence: Evidence, decoy: DecoySeen | undefined) {
  const [judgement] = judge({
    plan: planOf([one]),
    observed: new Map([[one.probe, observed([answer(outcome, evidence)])]]),
    stage: "live",
    senders: new Set(["web01"]),
    interrupted: false,
    ...(decoy === undefined ? {} : { decoys: new Map([[place, decoy]]) }),
  });
  return { reason: judgement?.reason, decoy: judgement?.evidence.canary };
}

describe("what a decoy changes", () => {
  const accepts: DecoySeen = { port: 24_817, outcome: "open" };
  const refuses: DecoySeen = { port: 24_817, outcome: "refused" };
  it.each<[string, Outcome, Evidence, DecoySeen | undefined, string, DecoySeen | undefined]>([
    ["no decoy", outcomes.open, {}, undefined, "handshake-completed", undefined],
    ["it refuses: the handshake counts", outcomes.open, {}, refuses, "handshake-completed", refuses],
    ["it accepts: the handshake proves nothing", outcomes.open, {}, accepts, "everything-open", accepts],
    [
      "a service without an answer of its own",
      outcomes.open,
      service("handshake-only"),
      accepts,
      "everything-open",
      accepts,
    ],
    ["the service's own answer stands", outcomes.open, service("verified"), accepts, "service-answered", undefined],
    ["another service's answer stands", outcomes.open, service("wrong-site"), accepts, "wrong-site", undefined],
    ["a second try: it accepts", outcomes.open, { tries: 2 }, accepts, "everything-open", accepts],
    ["a second try: it refuses", outcomes.open, { tries: 2 }, refuses, "answered-on-second-attempt", refuses],
    ["a reply stands", outcomes.open, { replyBytes: 10 }, accepts, "reply-received", undefined],
    ["a refusal stands", outcomes.refused, {}, accepts, "connection-refused", undefined],
  ])("%s", (_name, outcome, evidence, decoy, reason, shown) =>
    expect(judged(outcome, evidence, decoy)).toEqual({ reason, decoy: shown }),
  );

  it("a decoy of another address says nothing", () => {
    const decoys = new Map([[placeAt("web01", "10.0.0.6"), accepts]]);
    const seen = new Map([[one.probe, observed([answer(outcomes.open)])]]);
    const input = {
      plan: planOf([one]),
      observed: seen,
      stage: "live" as const,
      senders: new Set(["web01"]),
      decoys,
    };
    expect(judge({ ...input, interrupted: false })).toMatchObject([{ reason: "handshake-completed" }]);
  });
});

describe("when a decoy is worth its packets", () => {
  const tcp: Pick<Probe, "spec" | "expectations"> = { spec: { kind: "tcp", port: 8000 }, expectations: ["open"] };
  it.each<[string, Pick<Probe, "spec" | "expectations">, Outcome, Evidence, boolean]>([
    ["a bare handshake", tcp, outcomes.open, {}, true],
    ["a service that says nothing to strangers", tcp, outcomes.open, service("handshake-only"), true],
    ["a service that answered", tcp, outcomes.open, service("verified"), false],
    ["a request that was answered", tcp, outcomes.open, { replyBytes: 4 }, false],
    ["a refusal", tcp, outcomes.refused, {}, false],
    ["silence", tcp, outcomes.silent, {}, false],
    ["a port that must be blocked", { ...tcp, expectations: ["blocked"] }, outcomes.open, {}, false],
    ["a ping", { ...tcp, spec: { kind: "icmp" } }, outcomes.open, {}, false],
  ])("%s", (_name, probe, outcome, evidence, expected) =>
    expect(needsDecoy(probe, { answers: [answer(outcome, evidence)] })).toBe(expected),
  );
});
