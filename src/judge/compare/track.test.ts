import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes } from "../../../test/cases/judge-case.ts";
import { make, runOf, storyOf } from "../../../test/cases/report-run.ts";
import type { Result } from "../../model/run/run.ts";
import type { Track } from "../../model/run/track.ts";
import { lightOf, track } from "./track.ts";

type Kind = keyof typeof outcomes;
/** What a look at the flows of these hosts sees; `undefined` is a flow that nobody could send. */
const looks = (...kinds: (Kind | undefined)[]): readonly Result[] =>
  runOf(
    kinds.map((kind, at) =>
      storyOf(make.register(`h${at}`), kind === undefined ? undefined : observed([answer(outcomes[kind])])),
    ),
  ).results;

/** Looks once a second and gives what is known at the end, and all turns as `second: light before, light after`. */
function follow(steps: readonly (readonly Result[])[], strict = false): { track: Track | undefined; turns: string[] } {
  let known: Track | undefined;
  const turns: string[] = [];
  for (const [at, results] of steps.entries()) {
    const step = track(known, results, { nowMs: at * 1000, strict });
    known = step.track;
    turns.push(...step.turns.map(({ atMs, before, after }) => `${atMs / 1000}: ${before.light}, ${after.light}`));
  }
  return { track: known, turns };
}

it.each([
  ["pass", "green", "green"],
  ["warn", "green", "red"],
  ["fail", "red", "red"],
  ["unknown", "red", "red"],
  ["error", "red", "red"],
  ["skipped", "not-sent", "not-sent"],
] as const)("%s is %s, strictly %s", (verdict, light, strictly) => {
  expect(lightOf(verdict, false)).toBe(light);
  expect(lightOf(verdict, true)).toBe(strictly);
});

it("says since when a cell is what it is, and how long it was otherwise", () => {
  const { track: known, turns } = follow([looks("silent"), looks("silent"), looks("open"), looks("open")]);
  const [cell] = [...(known?.cells.values() ?? [])];
  expect(cell).toMatchObject({ light: "green", sinceMs: 2000, otherForMs: 2000 });
  expect(turns).toEqual(["2: red, green"]);
});

it("another reason is a turn, but starts no new time", () => {
  const { track: known, turns } = follow([looks("silent"), looks("refused")]);
  expect([...(known?.cells.values() ?? [])]).toMatchObject([{ light: "red", sinceMs: 0 }]);
  expect(turns).toEqual(["1: red, red"]);
});

it("what is seen for the first time, or was not sent, does not turn", () => {
  const { track: known, turns } = follow([looks(undefined), looks("open")]);
  expect(turns).toEqual([]);
  expect([...(known?.cells.values() ?? [])][0]).not.toHaveProperty("otherForMs");
});

it.each([
  ["all are", [looks("silent", "open"), looks("open", "open"), looks("open", "open")], 1000],
  ["one breaks again", [looks("open", "open"), looks("silent", "open"), looks("open", "open")], 2000],
  ["the rest is not sent", [looks("open", undefined)], 0],
  ["one is red", [looks("open", "silent")], undefined],
  ["none is sent", [looks(undefined, undefined)], undefined],
])("all green since, when %s", (_, steps, since) => {
  expect(follow(steps).track?.allGreenSinceMs).toBe(since);
});

describe("a port whose absence can be normal", () => {
  const tolerant = flow({ port: 7789, tolerates: { outcomes: ["refused"], why: "The pair is connected." } });
  const look = (kind: Kind): readonly Result[] => runOf([[tolerant, observed([answer(outcomes[kind])])]]).results;

  it("is red once it was open in this watch, until it is open again", () => {
    const { track: closed, turns } = follow([look("open"), look("refused"), look("refused")]);
    expect([...(closed?.cells.values() ?? [])]).toMatchObject([
      { light: "red", sinceMs: 1000, otherForMs: 1000, closed: { reason: "connection-refused" } },
    ]);
    expect(closed?.allGreenSinceMs).toBeUndefined();
    expect(turns).toEqual(["1: green, red"]);
    const { track: reopened } = follow([look("open"), look("refused"), look("open")]);
    const [cell] = [...(reopened?.cells.values() ?? [])];
    expect(cell).toMatchObject({ light: "green", sinceMs: 2000 });
    expect(cell).not.toHaveProperty("closed");
  });

  it("is green where it never was open", () => {
    const { track: known, turns } = follow([look("refused"), look("refused")]);
    expect([...(known?.cells.values() ?? [])]).toMatchObject([{ light: "green" }]);
    expect(turns).toEqual([]);
  });
});
