import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../test/cases/judge-case.ts";
import type { Flow } from "../model/flow.ts";
import type { Answer, Evidence } from "../model/outcome.ts";
import type { Stage } from "../model/verdict.ts";
import { judge } from "./judge.ts";
import { hopsOf, originOf } from "../model/run/hops.ts";
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

  it.each([
    ["nearer than another reset", 64, [], [64, 63], "middlebox-likely"],
    ["the farthest reset: the host's or not", 63, [], [64, 63], undefined],
    ["all resets alike", 64, [], [64, 64], undefined],
    ["as far as the host, nearer than a reset from behind it", 63, [63], [63, 62], "host-likely"],
    ["farther than a proxy's answers, nearer than another reset", 63, [64], [63, 62], "middlebox-likely"],
  ] as const)("beside other resets: %s", (_, reset, others, resets, expected) =>
    expect(originOf(reset, others, resets)).toBe(expected),
  );
});

it.each([
  [true, "middlebox-likely"],
  [false, "host-likely"],
  [undefined, undefined],
])("a reset whose sender was asked for tells by itself: nearer %s", (resetNearer, expected) => {
  const refused = flow({ port: 8000 });
  const seen = new Map([
    [refused.probe, observed([answer(outcomes.refused, resetNearer === undefined ? {} : { resetNearer })])],
  ]);
  const plan = planOf([refused]);
  const [judged] = judge({ plan, observed: seen, stage: "live", senders: new Set(["web01"]), interrupted: false });
  expect(judged?.evidence?.resetFrom).toBe(expected);
  expect(
    startSettling({ plan, stage: "live", senders: new Set(["web01"]) }).settle(
      refused.probe,
      seen.get(refused.probe) ?? observed([]),
    ).judgements,
  ).toHaveLength(1);
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
    ["another refusal", [port, answer(outcomes.refused, { ttl: 62 })], { ttl: 63, resetFrom: "middlebox-likely" }],
    ["a refusal from as far", [port, answer(outcomes.refused, { ttl: 63 })], { ttl: 63 }],
    ["a refusal from nearer", [port, answer(outcomes.refused, { ttl: 64 })], { ttl: 63 }],
    ["another address", [port, answer(outcomes.open, { ttl: 62 }, "10.0.0.6")], { ttl: 63 }],
    ["a reply from elsewhere", [echo, answer(outcomes.open, { ttl: 62, replyFrom: "10.0.0.6" })], { ttl: 63 }],
    ["another sender", [flow({ from: "web02" }), answer(outcomes.open, { ttl: 62 })], { ttl: 63 }],
  ])("is compared with %s", (_, other, evidence) => expect(judged([other])).toEqual(evidence));

  it("says nothing without a time to live of its own", () => {
    expect(judged([[port, answer(outcomes.open, { ttl: 62 })]], {})).toEqual({});
  });

  describe.each([
    ["an open port", answer(outcomes.open, { ttl: 62 })],
    ["another reset", answer(outcomes.refused, { ttl: 62 })],
  ])("nearer than %s", (_, other) => {
    const rest = { plan: planOf([refused, port]), senders: new Set(["web01"]), interrupted: false };
    const reasonOf = (stage: Stage, ttl: number, over: Partial<Flow> = {}) => {
      const flows = [{ ...refused, ...over }, port];
      const seen = new Map([
        [refused.probe, observed([answer(outcomes.refused, { ttl })])],
        [port.probe, observed([other])],
      ]);
      const judgement = judge({ ...rest, plan: planOf(flows), observed: seen, stage }).find(
        ({ id }) => id === refused.id,
      );
      return `${judgement?.verdict} ${judgement?.reason}`;
    };
    const tolerant = { tolerates: { outcomes: ["refused"], why: "The pair is connected." } } as const;

    it("is no open path before the installation", () => {
      expect(reasonOf("preinstall", 63)).toBe("fail refused-on-the-way");
      expect(reasonOf("preinstall", 62)).toBe("warn path-open-nothing-listens");
    });
    it("stays a refused connection once everything is installed", () => {
      expect(reasonOf("live", 63)).toBe("fail connection-refused");
    });
    it("is not tolerated, as the host's own is", () => {
      expect(reasonOf("live", 63, tolerant)).toBe("fail connection-refused");
      expect(reasonOf("preinstall", 63, tolerant)).toBe("fail refused-on-the-way");
      expect(reasonOf("live", 62, tolerant)).toBe("warn absence-is-normal");
    });
    it("stays a warning where the port must be blocked", () => {
      expect(reasonOf("live", 63, { expect: "blocked" })).toBe("warn closed-not-blocked");
    });
  });

  it("is not settled before all others have answered", () => {
    const start = () => startSettling({ plan: planOf([refused]), stage: "live", senders: new Set(["web01"]) });
    expect(start().settle(refused.probe, observed([answer(outcomes.refused, { ttl: 63 })])).judgements).toEqual([]);
    expect(start().settle(refused.probe, observed([answer(outcomes.refused)])).judgements).toHaveLength(1);
  });
});
