import { expect, it } from "vitest";
import { flow } from "../../../test/cases/judge-case.ts";
import type { Judgement } from "../../model/run/run.ts";
import type { ServiceEvidence } from "../../model/service-evidence.ts";
import { phrase } from "./phrase.ts";

/** What is said of one service's finding; TCP from web01 to port 8000 of cmk. */
function said(reason: Judgement["reason"], service: ServiceEvidence) {
  const { purpose: _purpose, probe: _probe, ...place } = flow();
  const codes = { attempts: 1, verdict: "fail", proof: "observed", outcome: "open", rttMs: 1, reason } as const;
  return phrase({ ...place, ...codes, evidence: { service } });
}
const unanswered = { name: "agent-receiver", finding: "unanswered", sentBytes: 400, waitedMs: 3_500 } as const;
const connected = "web01 connected to cmk (10.0.0.5:8000/tcp), which accepted the connection and then said nothing";

it.each([
  [
    { ...unanswered, stalledAfter: "client-hello", smallAnswered: true },
    `${connected} to a TLS ClientHello within 3.5 s, although it answered a request of 50 bytes.`,
    /^Very likely large segments are lost between web01 and cmk \(MTU, MSS\)/,
  ],
  [
    { ...unanswered, stalledAfter: "client-hello", smallAnswered: false },
    `${connected} to a TLS ClientHello within 3.5 s.`,
    /^Something accepts, but nothing answers/,
  ],
  [
    { ...unanswered, name: "checkmk-agent", stalledAfter: "connect", saw: "no agent output" },
    `${connected} within 3.5 s: no agent output.`,
    /give it some with `timeout:`/,
  ],
] as const)("silence: %j", (service, message, advice) => {
  const { message: sentence, advice: hint } = said("no-service-answer", service);
  expect(sentence).toBe(message);
  expect(hint).toMatch(advice);
});

it("a refusal is quoted, and nothing is said about sites", () => {
  const found = said("service-refuses", { name: "smtp", finding: "refuses", saw: "554 5.7.1 no" });
  expect(found.message).toContain("answered that it does not serve this client: 554 5.7.1 no");
  expect(found.advice).not.toMatch(/omd|site/);
});

it("a late answer says how late it was", () => {
  const late = said("service-slow", { name: "checkmk-agent", finding: "verified", slow: true, waitedMs: 9_000 });
  expect(late.message).toContain("answered, but only after 9 s");
});
