import { assert, date, property } from "fast-check";
import { expect, it } from "vitest";
import { epochSeconds } from "./epoch.ts";

it("counts as the clock does", () => {
  const range = { min: new Date("1970-01-01T00:00:00Z"), max: new Date("2200-01-01T00:00:00Z"), noInvalidDate: true };
  assert(
    property(date(range), (instant) => {
      expect(epochSeconds(instant.toISOString())).toBeCloseTo(instant.getTime() / 1000, 3);
    }),
  );
  expect(epochSeconds("2000-02-29T00:00:00Z")).toBe(951_782_400);
});

it.each(["", "2026-11-20", "2026-11-20T20:00:00+01:00"])("knows no other form: %j", (text) => {
  expect(epochSeconds(text)).toBeNaN();
});
