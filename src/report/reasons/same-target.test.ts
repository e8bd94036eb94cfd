import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../../test/cases/judge-case.ts";
import { judge } from "../../judge/judge.ts";
import type { Evidence, Outcome } from "../../model/outcome.ts";
import { phrase } from "./phrase.ts";
import { sameTargetIn } from "./same-target.ts";

type Story = readonly [port: number, outcome: Outcome, evidence?: Evidence, address?: string, from?: string];

/** The advice for the first of these flows: with the whole run in view, and without. */
function adviceOf(...stories: readonly Story[]) {
  const flows = stories.map(([port, , , address = "10.0.0.5", from = "web01"]) => flow({ port, address, from }));
  const seen = flows.map((one, at) => {
    const [, outcome, evidence = {}] = stories[at] as Story;
    return [one.probe, observed([answer(outcome, evidence, one.address)])] as const;
  });
  const senders = new Set(flows.map(({ from }) => from));
  const run = { plan: planOf(flows), observed: new Map(seen), stage: "live" as const, senders, interrupted: false };
  const judgements = judge(run);
  const first = judgements.find(({ id }) => id === flows[0]?.id);
  if (first === undefined) throw new Error("no judgement");
  const whole = phrase(first, { sameTargetOf: sameTargetIn(judgements, planOf(flows)) }).advice;
  return { whole, alone: phrase(first).advice };
}

const fast: Outcome = { kind: "unreachable", rttMs: 0.5 };
const slow: Outcome = { kind: "unreachable", rttMs: 3060 };
const errno: Evidence = { errno: "EHOSTUNREACH", codeSeen: false };

describe("an unreachable of which only the error number is known", () => {
  it.each<[string, Outcome, string]>([
    ["a reset", outcomes.refused, "22/tcp was refused"],
    ["a prohibition", outcomes.prohibited, "22/tcp was prohibited"],
    ["an answer", outcomes.open, "22/tcp answered"],
  ])("is a firewall beside %s from the same address", (_what, outcome, words) => {
    const { whole, alone } = adviceOf([443, fast, errno], [22, outcome]);
    expect(whole).toContain(`Probably the host is not down: at the same address ${words}`);
    expect(alone).toContain("See whether cmk is up");
  });

  it.each<[string, readonly Story[]]>([
    [
      "nothing else answered",
      [
        [443, fast, errno],
        [22, outcomes.silent],
      ],
    ],
    [
      "another address answered",
      [
        [443, fast, errno],
        [22, outcomes.open, {}, "10.0.0.6"],
      ],
    ],
    [
      "another sender got an answer",
      [
        [443, fast, errno],
        [22, outcomes.open, {}, "10.0.0.5", "web02"],
      ],
    ],
    [
      "it took three seconds",
      [
        [443, slow, errno],
        [22, outcomes.refused],
      ],
    ],
  ])("is what it was where %s", (_what, stories) => {
    const { whole, alone } = adviceOf(...stories);
    expect(whole).toBe(alone);
    expect(whole).toContain("See whether cmk is up");
  });
});

describe("an unreachable that the address itself reports", () => {
  const itself: Evidence = { reporter: "10.0.0.5", icmpCode: "3/1", codeSeen: true };
  it("is a port forward to a machine that is off", () =>
    expect(adviceOf([443, slow, itself]).whole).toMatch(/^10\.0\.0\.5 forwards this port .* that does not answer/));
  it("may be a rule where it comes at once", () =>
    expect(adviceOf([443, fast, itself]).whole).toMatch(
      /^cmk is up, because it says so itself\. .*DNAT.*a rule of cmk/,
    ));
  it("is none where a router reports it", () =>
    expect(adviceOf([443, slow, { ...itself, reporter: "10.0.0.1" }]).whole).toContain("10.0.0.1 found no machine"));
});

describe("silence beside an unreachable of the same address", () => {
  const { silent, open, refused } = outcomes;
  const router: Evidence = { reporter: "10.0.0.1", icmpCode: "3/1", codeSeen: true };
  const told: Story = [443, slow, router];
  const probably = /^See whether cmk is up .*: for 443\/tcp an "unreachable" came after 3\.1 s, so probably no machine/;

  it("is probably that of a host that is off", () => {
    const { whole, alone } = adviceOf([22, silent], told);
    expect(whole).toMatch(probably);
    expect(alone).not.toMatch(probably);
  });

  it.each(["icmp", "udp"] as const)("over %s as well", (protocol) => {
    const flows = [flow({ protocol, port: 161 }), flow({ port: 443 })];
    const answers = [answer(silent), answer(slow, router)];
    const seen = new Map(flows.map(({ probe }, at) => [probe, observed([answers[at] ?? answer(silent)])]));
    const plan = planOf(flows);
    const run = { plan, observed: seen, stage: "live" as const, senders: new Set(["web01"]), interrupted: false };
    const judgements = judge(run);
    const found = judgements.find(({ id }) => id === flows[0]?.id);
    if (found === undefined) throw new Error("no judgement");
    expect(phrase(found, { sameTargetOf: sameTargetIn(judgements, plan) }).advice).toMatch(probably);
  });

  it.each<[string, readonly Story[]]>([
    ["it came at once", [[443, fast, router]]],
    ["the address itself said so", [[443, slow, { ...router, reporter: "10.0.0.5" }]]],
    ["another port answered", [told, [80, open]]],
    ["another port was refused", [told, [80, refused]]],
    ["it is about another address", [[443, slow, router, "10.0.0.6"]]],
    ["another sender was told", [[443, slow, router, "10.0.0.5", "web02"]]],
  ])("says nothing of that where %s", (_what, others) =>
    expect(adviceOf([22, silent], ...others).whole).not.toContain("probably no machine"),
  );
});

describe("silence after answers from the same address", () => {
  const { open, refused, silent } = outcomes;
  /** The advice for a port that is silent, asked after `before` and followed by `after`. */
  const advised = (before: readonly Outcome[], after: readonly Outcome[]) => {
    const [all, at] = [[...before, silent, ...after], before.length];
    const flows = all.map((_, index) => flow({ port: 9_900 - 100 * index })); // not in the order of ids
    const seen = new Map(flows.map(({ probe }, index) => [probe, observed([answer(all[index] as Outcome)])]));
    const senders = new Set(["web01"]);
    const judgements = judge({ plan: planOf(flows), observed: seen, stage: "live", senders, interrupted: false });
    const found = judgements.find(({ id }) => id === flows[at]?.id);
    if (found === undefined) throw new Error("no judgement");
    return phrase(found, { sameTargetOf: sameTargetIn(judgements, planOf(flows)) }).advice;
  };

  it("may be a limit on new connections", () =>
    expect(advised([open, refused, open, open], [silent, silent])).toContain(
      "the first 4 probed ports of this address answered, the 3 after them did not",
    ));

  it.each<[string, readonly Outcome[], readonly Outcome[]]>([
    ["few answered", [open, open, open], [silent, silent]],
    ["few were silent", [open, open, open, open], [silent]],
    ["a later one answered", [open, open, open, open], [silent, silent, open]],
    ["an earlier one was silent", [silent, open, open, open], [silent, silent]],
    ["one was prohibited", [open, open, open, open], [silent, silent, outcomes.prohibited]],
  ])("is none where %s", (_what, before, after) => expect(advised(before, after)).not.toContain("limit"));
});
