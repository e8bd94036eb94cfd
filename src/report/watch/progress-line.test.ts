import { expect, it } from "vitest";
import { columnsOf } from "../text/layout.ts";
import { drawProgress, type Reached } from "./progress-line.ts";

const none = { pass: 0, warn: 0, fail: 0, unknown: 0, error: 0, skipped: 0 };
const reached: Reached = {
  done: 2_500,
  total: 10_000,
  perSecond: 320.4,
  counts: { ...none, pass: 2_400, fail: 96, unknown: 4 },
};

it.each([
  [120, "█████░░░░░░░░░░░░░░░  2,500 of 10,000 probes  320/s  ✓ 2,400  ✗ 96  ? 4  about 24 s left"],
  [70, "2,500 of 10,000 probes  320/s  ✓ 2,400  ✗ 96  ? 4  about 24 s left"],
  [50, "2,500 of 10,000 probes  ✓ 2,400  ✗ 96  ? 4"],
  [30, "2,500 of 10,000 probes"],
  [10, ""],
])("%i columns", (width, text) => {
  const line = drawProgress(reached, width, true);
  expect(line).toBe(text);
  expect(columnsOf(line)).toBeLessThanOrEqual(width);
});

it("vantage points are counted while some are about to be opened, where there is room", () => {
  const opening = { open: 12, opening: 285, refused: 3 };
  expect(drawProgress({ ...reached, opening }, 160, true)).toContain("12 of 300 vantage points open, 3 not");
  expect(drawProgress({ ...reached, opening: { ...opening, refused: 0 } }, 160, true)).toContain(
    "12 of 297 vantage points open  ✓",
  );
  expect(drawProgress({ ...reached, opening: { ...opening, opening: 0 } }, 160, true)).not.toContain("vantage");
  expect(drawProgress({ ...reached, opening }, 100, true)).not.toContain("vantage");
});

it("ASCII, the beginning and the end", () => {
  expect(drawProgress({ ...reached, done: 0, perSecond: 0, counts: none }, 120, false)).toBe(
    `${".".repeat(20)}  0 of 10,000 probes  0.0/s`,
  );
  expect(drawProgress({ ...reached, done: 10_000, counts: none }, 120, false)).toBe(
    `${"#".repeat(20)}  10,000 of 10,000 probes  320/s`,
  );
});
