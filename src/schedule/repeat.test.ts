import { describe, expect, it } from "vitest";
import { isDue, isSpent, isSteady, type Moment, pacedFor, type RepeatTimes, type Standing } from "./repeat.ts";

const pace: RepeatTimes = { everyMs: 5_000, greenEveryMs: 10_000 };
const asked: RepeatTimes = { ...pace, carefulEveryMs: 60_000 };
const red: Standing = { sentAtMs: 0, isGreen: false, isCareful: false, isDatagram: false, turn: 0.5 };
const green: Standing = { ...red, isGreen: true };
const careful: Standing = { ...red, isCareful: true };
const datagram: Standing = { ...careful, isDatagram: true };
const at = (nowMs: number, over: Partial<Moment> = {}): Moment => ({ nowMs, startedAtMs: 0, ...over });

describe("what is due", () => {
  it.each<[string, Standing, RepeatTimes, Moment, boolean]>([
    ["what was never sent", { ...datagram, sentAtMs: undefined }, pace, at(0), true],
    ["what is red, in each round", red, pace, at(5_000), true],
    ["what is green, when its turn comes", green, pace, at(5_000), true],
    ["not before it", green, pace, at(4_999), false],
    ["not twice in one turn", { ...green, sentAtMs: 5_001 }, pace, at(14_999), false],
    ["and in the next one", { ...green, sentAtMs: 5_001 }, pace, at(15_000), true],
    ["what is green, to see the end", { ...green, sentAtMs: 8_999 }, pace, at(9_000, { seenSinceMs: 9_000 }), true],
    ["not if it was seen", { ...green, sentAtMs: 9_000 }, pace, at(9_001, { seenSinceMs: 9_000 }), false],
    ["not before the end", { ...green, sentAtMs: 7_000 }, pace, at(8_000, { seenSinceMs: 9_000 }), false],
    ["a careful connection after five minutes", careful, pace, at(300_000), true],
    ["not before", careful, pace, at(299_999), false],
    ["a careful connection as often as was asked", careful, asked, at(60_000), true],
    ["never a careful datagram", datagram, pace, at(86_400_000), false],
    ["unless it was asked", datagram, asked, at(60_000), true],
    [
      "never a careful probe that was answered",
      { ...careful, isGreen: true },
      asked,
      at(86_400_000, { seenSinceMs: 1 }),
      false,
    ],
  ])("%s", (_, standing, by, moment, expected) => {
    expect(isDue(standing, by, moment)).toBe(expected);
  });
});

it.each<[string, Standing, RepeatTimes, boolean]>([
  ["a careful datagram", datagram, pace, true],
  ["not if it may be repeated", datagram, asked, false],
  ["not before it was sent", { ...datagram, sentAtMs: undefined }, pace, false],
  ["not if it was answered", { ...datagram, isGreen: true }, pace, false],
  ["no connection", careful, pace, false],
])("spent is %s", (_, standing, by, expected) => {
  expect(isSpent(standing, by)).toBe(expected);
});

it.each<[string, readonly Standing[], Moment, boolean]>([
  ["not while it may not end", [green], at(1), false],
  ["not before the time is over", [green], at(30, { seenSinceMs: 31 }), false],
  ["not before everything was seen since", [green], at(31, { seenSinceMs: 31 }), false],
  ["then", [{ ...green, sentAtMs: 31 }], at(32, { seenSinceMs: 31 }), true],
  ["whatever careful probes there are", [{ ...careful, isGreen: true }], at(31, { seenSinceMs: 31 }), true],
])("may end: %s", (_, standings, moment, expected) => {
  expect(isSteady(standings, moment)).toBe(expected);
});

describe("what is green is asked again in turns", () => {
  /** Rounds of five seconds for an hour; gives the sizes of the rounds and the greatest age of a look. */
  const watchFor = (count: number, by: RepeatTimes) => {
    const own = pacedFor(by, count);
    const sent = Array.from({ length: count }, () => 0);
    const sizes: number[] = [];
    let oldestMs = 0;
    for (let nowMs = by.everyMs; nowMs <= 3_600_000; nowMs += by.everyMs) {
      const due = sent.flatMap((sentAtMs, at) => {
        oldestMs = Math.max(oldestMs, nowMs - sentAtMs);
        return isDue({ ...green, sentAtMs, turn: (at + 1) / count }, own, { nowMs, startedAtMs: 0 }) ? [at] : [];
      });
      for (const at of due) sent[at] = nowMs;
      sizes.push(due.length);
    }
    return { largest: Math.max(...sizes), oldestMs };
  };

  it("none is older than the interval and a round, and no round asks more than its share", () => {
    const { largest, oldestMs } = watchFor(1200, { everyMs: 5_000, greenEveryMs: 60_000 });
    expect(oldestMs).toBeLessThanOrEqual(65_000);
    expect(largest).toBeLessThanOrEqual(101);
  });

  it("many have a longer interval, so that the pace has a limit", () => {
    const { largest, oldestMs } = watchFor(6000, { everyMs: 5_000, greenEveryMs: 60_000, greenGapMs: 20 });
    expect(largest).toBeLessThanOrEqual(251);
    expect(oldestMs).toBeLessThanOrEqual(125_000);
    expect(oldestMs).toBeGreaterThan(60_000);
  });
});
