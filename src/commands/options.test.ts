import { describe, expect, it } from "vitest";
import { collect, parseCount, parseDuration } from "./options.ts";

describe("durations", () => {
  it.each([
    ["300ms", 300],
    ["3s", 3_000],
    ["1.5s", 1_500],
    ["1m", 60_000],
    ["10m", 600_000],
  ])("%s is %i ms", (text, durationMs) => expect(parseDuration(text)).toBe(durationMs));

  it.each(["", "3", "0s", "0.1ms", "-1s", "3 s", "1h", "11m", "1e3s", "NaNs"])(
    "%j is refused with an example",
    (text) => {
      expect(() => parseDuration(text)).toThrow(
        `"${text}" is not a duration between 1ms and 10m, such as 300ms, 3s or 1m.`,
      );
    },
  );
});

describe("counts", () => {
  it.each([
    ["1", 1],
    ["4000", 4_000],
  ])("%s is a count", (text, count) => expect(parseCount(text)).toBe(count));
  it.each(["0", "-1", "1.5", "many", "", "99999999"])("%j is refused", (text) => {
    expect(() => parseCount(text)).toThrow("is not a whole number of at least 1");
  });
});

it("repeated options are collected in order", () => {
  expect(["a", "b"].reduce((all, one) => collect(one, all), [] as string[])).toEqual(["a", "b"]);
});
