import { describe, expect, it } from "vitest";
import type { Answer } from "../model/outcome.ts";
import { answerKind } from "./answer-kind.ts";

const answer = (more: Partial<Answer> = {}): Answer => ({
  address: "10.0.3.7",
  outcome: { kind: "refused", rttMs: 1 },
  evidence: { errno: "ECONNREFUSED" },
  ...more,
});
const kindOf = (...answers: Answer[]) => answerKind({ answers });

describe("the kind of an answer", () => {
  it("is the same for two resets, however far they came and whenever", () => {
    const other = answer({
      address: "10.0.3.8",
      outcome: { kind: "refused", rttMs: 9 },
      evidence: { errno: "ECONNREFUSED", ttl: 63 },
    });
    expect(kindOf(other)).toBe(kindOf(answer()));
  });

  it.each<[string, Partial<Answer>]>([
    ["an ICMP error of the host", { evidence: { errno: "ECONNREFUSED", icmpCode: "3/3", reporter: "10.0.3.7" } }],
    ["that of a router", { evidence: { errno: "ECONNREFUSED", icmpCode: "3/3", reporter: "10.0.3.1" } }],
    ["another code", { evidence: { errno: "ECONNREFUSED", icmpCode: "3/13", reporter: "10.0.3.1" } }],
    ["another outcome", { outcome: { kind: "unreachable", rttMs: 1 } }],
  ])("%s is another", (_what, more) => {
    expect(kindOf(answer(more))).not.toBe(kindOf(answer()));
  });

  it("errors that each host sent of itself are one", () => {
    const of = (address: string) => kindOf(answer({ address, evidence: { icmpCode: "3/3", reporter: address } }));
    expect(of("10.0.3.8")).toBe(of("10.0.3.7"));
  });

  it.each<[string, Answer[]]>([
    ["an open port", [answer({ outcome: { kind: "open", rttMs: 1 } })]],
    ["silence", [answer({ outcome: { kind: "silent", waitedMs: 9 } })]],
    ["what was not sent", [answer({ outcome: { kind: "unsent", cause: "descriptors", detail: "" } })]],
    [
      "an error that may be forged",
      [answer({ evidence: { unverifiedError: { reporter: "10.0.3.1", icmpCode: "3/3" } } })],
    ],
    ["somebody else's answer", [answer({ evidence: { replyFrom: "10.0.3.9" } })]],
    ["several addresses", [answer(), answer({ address: "10.0.3.8" })]],
  ])("%s has none", (_what, answers) => {
    expect(kindOf(...answers)).toBeUndefined();
  });
});
