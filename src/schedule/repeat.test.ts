import { describe, expect, it } from "vitest";
import { isDue, isSpent, isSteady, type Moment, type RepeatTimes, type Standing, steadyEnd } from "./repeat.ts";

const pace: RepeatTimes = { everyMs: 5_000, greenEveryMs: 10_000 };
const asked: RepeatTimes = { ...pace, carefulEveryMs: 60_000 };
const red: Standing = { sentAtMs: 0, isGreen: false, isCareful: false, isDatagram: false };
const green: Standing = { ...red, isGreen: true };
const careful: Standing = { ...red, isCareful: true };
const datagram: Standing = { ...careful, isDatagram: true };
const at = (nowMs: number, over: Partial<Moment> = {}): Moment => ({ nowMs, ...over });

describe("what is due", () => {
  it.each<[string, Standing, RepeatTimes, Moment, boolean]>([
    ["what was never sent", { ...datagram, sentAtMs: undefined }, pace, at(0), true],
    ["what is red, in each round", red, pace, at(5_000), true],
    ["not what is green", green, pace, at(3_600_000), false],
    ["what is green, slowly, while all is", green, pace, at(10_000, { allGreenSinceMs: 1 }), true],
    ["not so soon", green, pace, at(9_999, { allGreenSinceMs: 1 }), false],
    [
      "what is green, at the end of the steady time",
      green,
      pace,
      at(9_000, { allGreenSinceMs: 1, steadyForMs: 8_000 }),
      true,
    ],
    ["not before it", green, pace, at(8_000, { allGreenSinceMs: 1, steadyForMs: 8_000 }), false],
    ["a careful connection after five minutes", careful, pace, at(300_000), true],
    ["not before", careful, pace, at(299_999), false],
    ["a careful connection as often as was asked", careful, asked, at(60_000), true],
    ["never a careful datagram", datagram, pace, at(86_400_000), false],
    ["unless it was asked", datagram, asked, at(60_000), true],
    [
      "never a careful probe that was answered",
      { ...careful, isGreen: true },
      asked,
      at(86_400_000, { allGreenSinceMs: 1 }),
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
  ["at once, if no time is asked for", [green], at(1, { allGreenSinceMs: 1 }), true],
  ["not while something is red", [red], at(1), false],
  ["not before the time is over", [green], at(30, { allGreenSinceMs: 1, steadyForMs: 30 }), false],
  ["not before everything was seen at its end", [green], at(31, { allGreenSinceMs: 1, steadyForMs: 30 }), false],
  ["then", [{ ...green, sentAtMs: 31 }], at(32, { allGreenSinceMs: 1, steadyForMs: 30 }), true],
  [
    "whatever careful probes there are",
    [{ ...careful, isGreen: true }],
    at(31, { allGreenSinceMs: 1, steadyForMs: 30 }),
    true,
  ],
])("steady: %s", (_, standings, moment, expected) => {
  expect(isSteady(standings, moment)).toBe(expected);
});

it("steadiness has no end before it began", () => {
  expect(steadyEnd({ steadyForMs: 30 })).toBe(Infinity);
  expect(steadyEnd({ allGreenSinceMs: 5 })).toBe(Infinity);
  expect(steadyEnd({ allGreenSinceMs: 5, steadyForMs: 30 })).toBe(35);
});
