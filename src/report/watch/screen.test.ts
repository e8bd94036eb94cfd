import { describe, expect, it } from "vitest";
import { allPass, mixed, thousand } from "../../../test/cases/report-run.ts";
import { track } from "../../judge/compare/track.ts";
import type { Run } from "../../model/run/run.ts";
import type { StateChange } from "../../model/run/track.ts";
import { columnsOf } from "../text/layout.ts";
import { lapse, lineOfTurn, linesOfStart, renderWatchEnd, timeOfDay } from "./lines.ts";
import { drawMatrices, drawWatch, type WatchPicture } from "./screen.ts";

const startedAtMs = Date.parse("2026-11-20T20:00:00Z");
const plain = { width: 100, colour: false };

/** A run seen at the start and again two minutes later, when `broken` looks like `now`. */
function picture(before: Run, now: Run = before): { picture: WatchPicture; turns: StateChange[] } {
  const first = track(undefined, before.results, { nowMs: startedAtMs, strict: false });
  const step = track(first.track, now.results, { nowMs: startedAtMs + 125_000, strict: false });
  const nowMs = startedAtMs + 130_000;
  const what = {
    run: now,
    matrices: [],
    track: step.track,
    turns: step.turns,
    startedAtMs,
    roundAtMs: startedAtMs + 125_000,
    nowMs,
    activity: "next round in 4 s",
  };
  return { picture: what, turns: step.turns };
}

const draw = (what: WatchPicture, options: Parameters<typeof drawWatch>[1]): string[] =>
  drawWatch({ ...what, matrices: drawMatrices(what.run, options) }, options);

/** The run with its first failure mended. */
function mended(run: Run): Run {
  const at = run.results.findIndex(({ verdict }) => verdict === "fail");
  const results = run.results.with(at, { ...run.results[at]!, verdict: "pass", reason: "handshake-completed" });
  return { ...run, results };
}

describe("the picture", () => {
  it("shows matrices, red cells with their time, and what turned", async () => {
    const text = draw(picture(mixed(), mended(mixed())).picture, { ...plain, height: 200 }).join("\n");
    await expect(`${text}\n`).toMatchFileSnapshot("../__golden__/watch.txt");
  });

  it("leaves the matrices out where they do not fit, and counts what is left", async () => {
    const text = draw(picture(mixed(), mended(mixed())).picture, { ...plain, height: 12 }).join("\n");
    await expect(`${text}\n`).toMatchFileSnapshot("../__golden__/watch-small.txt");
  });

  it.each([
    [allPass, 23, 60],
    [mixed, 23, 60],
    [mixed, 8, 60],
    [thousand, 50, 100],
    [thousand, 5, 72],
  ])("%o fits %i lines of %i columns", (run, height, width) => {
    const lines = draw(picture(run(), run === allPass ? run() : mended(run())).picture, {
      width,
      colour: false,
      height,
    });
    expect(lines.length).toBeLessThanOrEqual(height);
    expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
  });

  it("says since when all is green", () => {
    const text = draw(picture(allPass()).picture, { ...plain, height: 40 }).join("\n");
    expect(text).toContain("all green since 20:00:00, for 2 min 10 s");
  });
});

describe("the age of what was not asked in this round", () => {
  /** Every cell was asked at the start, but for the last `fresh`, which this round asked. */
  const aged = (fresh: number): WatchPicture => {
    const { picture: what } = picture(allPass());
    const cells = [...what.track.cells].map(([id, cell], at, all) => {
      const askedAtMs = at < all.length - fresh ? startedAtMs + 1_000 * at : what.roundAtMs;
      return [id, { ...cell, askedAtMs }] as const;
    });
    return { ...what, track: { ...what.track, cells: new Map(cells) } };
  };

  it("is shown, the oldest first, and at the end", () => {
    const what = aged(1);
    const lines = draw(what, { ...plain, height: 60 });
    const at = lines.findIndex((line) => line.includes("were not asked in this round"));
    expect(lines[at]).toBe("5 cells were not asked in this round; the oldest look is 2 min 10 s old");
    expect(lines[at + 1]).toMatch(/^✓ cmk → .*; asked 2 min 10 s ago$/);
    expect(lines[at + 5]).toMatch(/; asked 2 min 6 s ago$/);
    expect(renderWatchEnd(what, plain)).toContain("5 cells were not asked in the last round; the oldest look is 2 min");
  });

  it("fits where there is little room, and says the most important", () => {
    for (const height of [6, 8, 10, 14, 23]) {
      const lines = draw(aged(1), { width: 60, colour: false, height });
      expect(lines.length).toBeLessThanOrEqual(height);
      expect(lines.filter((line) => columnsOf(line) > 60)).toEqual([]);
      expect(lines.join("\n")).toContain("not asked in this round");
    }
  });

  it("is not mentioned where all were asked", () => {
    const what = aged(6);
    expect(draw(what, { ...plain, height: 60 }).join("\n")).not.toContain("not asked");
    expect(renderWatchEnd(what, plain)).not.toContain("not asked");
  });
});

describe("lines", () => {
  it("one for each turn", () => {
    const { turns } = picture(mixed(), mended(mixed()));
    expect(turns.map((turn) => lineOfTurn(turn, plain))).toEqual([
      expect.stringMatching(/^20:02:05 ✓ .*, now open; green after 2 min 5 s red$/),
    ]);
  });

  it("the start lists what is not green, up to a limit", () => {
    const { picture: many } = picture(thousand());
    const lines = linesOfStart(many.track, many.nowMs, plain);
    expect(lines[0]).toMatch(/^20:02:10 UTC: watching 3,000 flows, 160 of them not green, 1,000 not sent from here$/);
    expect(lines).toHaveLength(52);
    expect(lines.at(-1)).toBe("and 110 more cells that are not green");
  });

  it("the end says since when a cell is green, and for how long it was red", () => {
    const { picture: end } = picture(mixed(), mended(mixed()));
    expect(renderWatchEnd(end, plain)).toContain("green for 5 s, since 20:02:05, after 2 min 5 s red");
  });
});

it.each([
  [0, "0 s"],
  [499, "0 s"],
  [1_600, "2 s"],
  [125_000, "2 min 5 s"],
])("%i ms lapse as %s", (ms, text) => {
  expect(lapse(ms)).toBe(text);
});

it("the time of day is that of UTC", () => {
  expect(timeOfDay(Date.parse("2026-11-20T23:59:59.999Z"))).toBe("23:59:59");
});
