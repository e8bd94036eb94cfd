import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../test/cases/judge-case.ts";
import type { Flow } from "../model/flow.ts";
import type { Answer, Evidence } from "../model/outcome.ts";
import { judge } from "./judge.ts";
import { hopsOf, originOf } from "../model/hops.ts";
import { startSettling } from "./settle.ts";

it.each([
  [64, 0],
  [62, 2],
  [65, 63],
  [126, 2],
  [253, 2],
  [255, 0],
  [1, 63],
])("a time to live of %i has passed %i routers", (ttl, hops) => expect(hopsOf(ttl)).toBe(hops));

describe("a reset", () => {
  it.each([
    ["the same", 61, [61], "host-likely"],
    ["one of several", 61, [60, 61], "host-likely"],
    ["as far, from another initial value", 61, [252], "host-likely"],
    ["nearer", 63, [61], "middlebox-likely"],
    ["nearer, from another initial value", 254, [125, 60], "middlebox-likely"],
    ["farther: something in between gave the other answers", 60, [62], undefined],
    ["between two others", 61, [60, 62], undefined],
    ["nothing to compare with", 61, [], undefined],
  ] as const)("%s", (_, reset, others, expected) => expect(originOf(reset, others)).toBe(expected));
});

describe("a reset in a run", () => {
  const refused = flow({ port: 8000 });
  const judged = (others: readonly (readonly [Flow, Answer])[], own: Evidence = { ttl: 63 }) => {
    const seen = new Map([
      [refused.probe, observed([answer(outcomes.refused, own)])],
      ...others.map(([{ probe }, one]) => [probe, observed([one])] as const),
    ]);
    const plan = planOf([refused, ...others.map(([one]) => one)]);
    const judgements = judge({ plan, observed: seen, stage: "live", senders: new Set(["web01"]), interrupted: false });
    return judgements.find(({ id }) => id === refused.id)?.evidence;
  };
  const port = flow({ port: 443 });
  const echo = flow({ protocol: "icmp" });

  it.each<[string, [Flow, Answer], object]>([
    ["an open port", [port, answer(outcomes.open, { ttl: 63 })], { ttl: 63, resetFrom: "host-likely" }],
    ["an echo reply", [echo, answer(outcomes.open, { ttl: 62 })], { ttl: 63, resetFrom: "middlebox-likely" }],
    ["an answer without a time to live", [port, answer(outcomes.open)], { ttl: 63 }],
    ["another refusal", [port, answer(outcomes.refused, { ttl: 62 })], { ttl: 63 }],
    ["another address", [port, answer(outcomes.open, { ttl: 62 }, "10.0.0.6")], { ttl: 63 }],
    ["a reply from elsewhere", [echo, answer(outcomes.open, { ttl: 62, replyFrom: "10.0.0.6" })], { ttl: 63 }],
    ["another sender", [flow({ from: "web02" }), answer(outcomes.open, { ttl: 62 })], { ttl: 63 }],
  ])("is compared with %s", (_, other, evidence) => expect(judged([other])).toEqual(evidence));

  it("says nothing without a time to live of its own", () => {
    expect(judged([[port, answer(outcomes.open, { ttl: 62 })]], {})).toEqual({});
  });

  it("is not settled before all others have answered", () => {
    const start = () => startSettling({ plan: planOf([refused]), stage: "live", senders: new Set(["web01"]) });
    expect(start().settle(refused.probe, observed([answer(outcomes.refused, { ttl: 63 })])).judgements).toEqual([]);
    expect(start().settle(refused.probe, observed([answer(outcomes.refused)])).judgements).toHaveLength(1);
  });
});
