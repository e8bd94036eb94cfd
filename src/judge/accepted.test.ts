import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../test/cases/judge-case.ts";
import type { Flow } from "../model/flow.ts";
import type { Observed } from "../model/run/observed.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Transport } from "../model/verdict.ts";
import { judge } from "./judge.ts";

const trap = flow({ protocol: "udp", port: 162, accepts: "unverifiable" });
const silent = answer(outcomes.silent);

/** Verdict and reason of one flow that saw this. */
function judged(seen: Observed, one: Flow = trap): string {
  const run = { plan: planOf([one]), observed: new Map([[one.probe, seen]]), senders: new Set([one.from]) };
  const [judgement] = judge({ ...run, stage: "live", interrupted: false });
  return `${judgement?.verdict} ${judgement?.reason} ${judgement?.proof}`;
}

describe("accept: unverifiable", () => {
  it("makes a warning of its own of silence over UDP, and only where it is written", () => {
    expect(judged(observed([silent]))).toBe("warn silence-accepted inferred");
    expect(judged(observed([silent]), flow({ protocol: "udp", port: 162 }))).toBe("unknown udp-silence inferred");
  });

  const others = (["refused", "prohibited", "unreachable", "open", "unsent"] as const).map((kind) => [kind] as const);
  it.each(others)("leaves %s what it is", (kind) => {
    const seen = observed([answer(outcomes[kind])]);
    expect(judged(seen)).toBe(judged(seen, flow({ protocol: "udp", port: 162 })));
  });

  it.each(["tcp", "icmp"] as const)("accepts nothing over %s, whatever a plan says", (protocol: Transport) => {
    expect(judged(observed([silent]), flow({ protocol, accepts: "unverifiable" }))).toBe("fail no-answer inferred");
  });

  it("accepts no silence beside an ICMP error that could not be verified", () => {
    const unverifiedError = { reporter: "10.0.0.1", icmpCode: "3/13" };
    expect(judged(observed([answer(outcomes.silent, { unverifiedError })]))).toBe("unknown udp-silence inferred");
  });

  it.each<[keyof typeof outcomes, string]>([
    ["refused", "unknown udp-silence inferred"],
    ["prohibited", "unknown udp-silence inferred"],
    ["unreachable", "unknown udp-silence inferred"],
    ["silent", "warn silence-accepted inferred"],
  ])("an attempt before that was %s gives %s", (kind, expected) => {
    expect(judged(observed([silent], [answer(outcomes[kind])]))).toBe(expected);
  });

  it("of several addresses the worst decides: silence hides no refusal", () => {
    const refused: Outcome = outcomes.refused;
    expect(judged(observed([silent, answer(refused, {}, "fd00::5")]))).toBe("fail port-unreachable observed");
    expect(judged(observed([silent, answer(outcomes.silent, {}, "fd00::5")]))).toBe("warn silence-accepted inferred");
  });

  it("satisfies no alternative", () => {
    const [a, b] = [162, 163].map((port) => ({ ...trap, ...flow({ protocol: "udp", port }), alternative: "any" }));
    if (a === undefined || b === undefined) throw new Error("no flows");
    const flows = [{ ...a, accepts: "unverifiable" as const }, b];
    const seen = new Map([
      [a.probe, observed([silent])],
      [b.probe, observed([answer(outcomes.refused)])],
    ]);
    const run = { plan: planOf(flows), observed: seen, senders: new Set(["web01"]), interrupted: false };
    expect(judge({ ...run, stage: "live" }).map(({ reason }) => reason)).toEqual([
      "silence-accepted",
      "port-unreachable",
    ]);
  });
});
