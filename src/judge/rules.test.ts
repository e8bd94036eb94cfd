import { describe, expect, it } from "vitest";
import type { OutcomeKind, UnsentCause } from "../model/outcome.ts";
import { unsentCauseSchema } from "../model/outcome.ts";
import { verdictOf } from "../model/reason.ts";
import type { Expectation, Stage, Transport } from "../model/verdict.ts";
import { answer, flow, observed, outcomes, planOf } from "../../test/cases/judge-case.ts";
import { judge } from "./judge.ts";
import { rules } from "./rules.ts";

/**
 * The verdict table (docs/verdicts.md), row by row, written out for each transport and stage. `a|b`: with a control |
 * without. ICMP should give no `refused` where it must be open; a firewall can still send one.
 */
const contract = `
stage       expect   transport  open  refused  prohibited  unreachable   silent        unsent
live        open     tcp        pass  fail     fail        fail          fail          error
live        open     udp        pass  fail     fail        fail          unknown       error
live        open     icmp       pass  fail     fail        fail          fail          error
preinstall  open     tcp        pass  warn     fail        fail          fail          error
preinstall  open     udp        pass  warn     fail        fail          unknown       error
preinstall  open     icmp       pass  fail     fail        fail          fail          error
live        blocked  tcp        fail  warn     pass        pass|unknown  pass|unknown  error
live        blocked  udp        fail  warn     pass        unknown       unknown       error
live        blocked  icmp       fail  warn     pass        pass|unknown  pass|unknown  error
preinstall  blocked  tcp        fail  warn     pass        pass|unknown  pass|unknown  error
preinstall  blocked  udp        fail  warn     pass        unknown       unknown       error
preinstall  blocked  icmp       fail  warn     pass        pass|unknown  pass|unknown  error
`;

const lines = contract.trim().split("\n");
const kinds = lines[0]?.split(/ +/).slice(3) as OutcomeKind[];
const cells = lines.slice(1).flatMap((line) => {
  const [stage, expectation, transport, ...verdicts] = line.split(/ +/);
  return verdicts.flatMap((cell, at) => {
    const [withControl, withoutControl = withControl] = cell.split("|");
    const place = { stage: stage as Stage, expectation: expectation as Expectation, transport: transport as Transport };
    const outcome = kinds[at] as OutcomeKind;
    return [
      { ...place, outcome, hasControl: true, verdict: withControl },
      { ...place, outcome, hasControl: false, verdict: withoutControl },
    ];
  });
});

describe("the verdict table", () => {
  it("covers the whole product", () => {
    expect(kinds.toSorted()).toEqual(Object.keys(outcomes).toSorted());
    expect(cells).toHaveLength(2 * 3 * 2 * 6 * 2);
  });

  it.each(cells)("$stage, $expectation, $transport, $outcome, control $hasControl: $verdict", (cell) => {
    const tested = flow({ protocol: cell.transport, expect: cell.expectation, requirement: "tested" });
    const control = flow({ protocol: "tcp", port: 22, requirement: "control" });
    const seen = new Map([[tested.probe, observed([answer(outcomes[cell.outcome])])]]);
    if (cell.hasControl) seen.set(control.probe, observed([answer(outcomes.open)]));
    const results = judge({
      plan: planOf([tested, control]),
      observed: seen,
      stage: cell.stage,
      senders: new Set(["web01"]),
      interrupted: false,
    });
    const result = results.find(({ id }) => id === tested.id);
    expect(result?.verdict).toBe(cell.verdict);
    expect(result?.outcome).toBe(cell.outcome);
    const restsOnControl = cell.verdict === "pass" && ["silent", "unreachable"].includes(cell.outcome);
    expect(result?.evidence.control).toBe(restsOnControl ? control.id : undefined);
  });

  it("gives every cause of not sending its own reason, and blames an abort on nobody", () => {
    const rulings = unsentCauseSchema.options.map((cause) => rules.live.open.tcp.unsent[cause]);
    expect(new Set(rulings.map(({ reason }) => reason)).size).toBe(rulings.length);
    const errors: UnsentCause[] = unsentCauseSchema.options.filter((cause) => cause !== "aborted");
    const verdicts = errors.map((cause) => verdictOf(rules.live.open.tcp.unsent[cause].reason));
    expect(verdicts).toEqual(errors.map(() => "error"));
    expect(rules.live.open.tcp.unsent.aborted).toEqual({ reason: "interrupted", proof: "none" });
  });

  it("grades the evidence: silence is inferred, packets are observed, an echo is proven", () => {
    const { tcp, udp, icmp } = rules.live.open;
    expect([tcp.open.proof, tcp.refused.proof, tcp.silent.proof]).toEqual(["observed", "observed", "inferred"]);
    expect([udp.open.proof, udp.silent.proof, icmp.open.proof]).toEqual(["observed", "inferred", "proven"]);
  });
});
