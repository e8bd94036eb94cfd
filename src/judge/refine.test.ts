import { describe, expect, it } from "vitest";
import { answer, outcomes } from "../../test/cases/judge-case.ts";
import { verdictOf } from "../model/reason.ts";
import { findingSchema } from "../model/service-evidence.ts";
import type { Evidence } from "../model/outcome.ts";
import type { Expectation, Stage, Transport } from "../model/verdict.ts";
import { refine } from "./refine.ts";
import { type Ruling, rules } from "./rules.ts";
import { serviceRules } from "./service-rules.ts";

const inShort = ({ reason, proof }: Ruling) => `${verdictOf(reason)} ${reason} ${proof}`;

describe("who refused", () => {
  const judged = (stage: Stage, expectation: Expectation, protocol: Transport, evidence: Evidence) =>
    inShort(
      refine(
        rules[stage][expectation][protocol].refused,
        { expect: expectation, protocol },
        answer(outcomes.refused, evidence),
      ),
    );
  const router: Evidence = { reporter: "10.0.0.1", icmpCode: "3/3" };
  const host: Evidence = { reporter: "10.0.0.5", icmpCode: "3/3" };

  it.each<[Stage, Expectation, Transport, Evidence, string]>([
    ["live", "open", "tcp", router, "fail connection-refused observed"],
    ["live", "open", "udp", router, "fail port-unreachable observed"],
    ["preinstall", "open", "tcp", router, "fail connection-refused observed"],
    ["preinstall", "open", "udp", router, "fail port-unreachable observed"],
    ["live", "blocked", "tcp", router, "pass blocked-as-expected observed"],
    ["live", "blocked", "udp", router, "warn closed-not-blocked observed"],
    ["preinstall", "open", "tcp", host, "warn path-open-nothing-listens observed"],
    ["preinstall", "open", "tcp", {}, "warn path-open-nothing-listens observed"],
    ["live", "blocked", "tcp", host, "warn closed-not-blocked observed"],
    ["live", "blocked", "udp", {}, "warn closed-not-blocked observed"],
  ])("%s, %s, %s, %o: %s", (stage, expectation, protocol, evidence, expected) =>
    expect(judged(stage, expectation, protocol, evidence)).toBe(expected),
  );

  it("a third party's refusal is no normal absence", () => {
    const tolerant = { expect: "open", protocol: "tcp", tolerates: { outcomes: ["refused"], why: "off" } } as const;
    const base = rules.live.open.tcp.refused;
    expect(refine(base, tolerant, answer(outcomes.refused, router)).reason).toBe("connection-refused");
    expect(refine(base, tolerant, answer(outcomes.refused, host)).reason).toBe("absence-is-normal");
  });
});

describe("what a service said", () => {
  const tcp = { expect: "open", protocol: "tcp" } as const;
  it.each([
    ["closed", "preinstall", "agent-receiver", "warn path-open-other-answers observed"],
    ["wrong-service", "preinstall", "http", "warn path-open-other-answers proven"],
    ["closed", "live", "agent-receiver", "fail accepted-then-closed observed"],
    ["foreign-certificate", "preinstall", "public-https", "fail foreign-certificate proven"],
    ["verified", "preinstall", "http", "pass service-answered proven"],
    ["unanswered", "preinstall", "agent-receiver", "warn request-unanswered observed"],
    ["unanswered", "live", "agent-receiver", "fail no-service-answer observed"],
    ["unanswered", "preinstall", "smtp", "fail no-service-answer observed"],
    ["handshake-only", "live", "drbd", "pass handshake-completed observed"],
    ["refuses", "live", "smtp", "warn service-refuses proven"],
  ] as const)("%s, %s, %s: %s", (finding, stage, name, expected) => {
    const seen = answer(outcomes.open, { service: { name, finding } });
    expect(inShort(refine(rules[stage].open.tcp.open, tcp, seen, stage))).toBe(expected);
  });

  it("an answer that came late is a caveat, and none on top of another one", () => {
    const late = (finding: "verified" | "unencrypted") => {
      const service = { name: "checkmk-agent", finding, slow: true, waitedMs: 9_000 } as const;
      return inShort(refine(rules.live.open.tcp.open, tcp, answer(outcomes.open, { service })));
    };
    expect(late("verified")).toBe("warn service-slow proven");
    expect(late("unencrypted")).toBe("warn service-unencrypted proven");
  });

  it.each(findingSchema.options)("%s is judged by its table where the port must be open", (finding) => {
    const seen = answer(outcomes.open, { service: { name: "http", finding } });
    expect(refine(rules.live.open.tcp.open, tcp, seen)).toEqual(serviceRules[finding]);
    const blocked = refine(rules.live.blocked.tcp.open, { ...tcp, expect: "blocked" }, seen);
    expect(blocked.reason).toBe("open-not-blocked");
  });
});
