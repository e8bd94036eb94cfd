import { expect, it } from "vitest";
import { lateBy, secondTryAtMs } from "./tries.ts";

it.each([
  [1_250, 4_500, 1_250],
  [1_250, 1_750, 1_250],
  [1_250, 1_500, 600],
  [1_000, 1_000, 400],
  [1_000, 300, 120],
])("a second try that would leave after %i of %i ms leaves after %i", (delayMs, timeoutMs, atMs) => {
  expect(secondTryAtMs(delayMs, timeoutMs)).toBe(atMs);
});

it.each([
  ["the first left at once", [2], 1_000, 2_000, 0],
  ["the first had to wait for its turn", [300], 1_000, 2_000, 200],
  ["the deadline leaves no time for that", [300], 1_000, 1_600, 0],
  ["the second leaves early anyway", [100], 400, 1_000, 0],
  ["nothing has left yet", [], 1_000, 2_000, 0],
])("a second try waits on where %s", (_, sentAtMs, atMs, timeoutMs, lateMs) => {
  expect(lateBy(sentAtMs, atMs, timeoutMs)).toBe(lateMs);
});
