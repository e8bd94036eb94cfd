import { assert, maxSafeInteger, property } from "fast-check";
import { expect, it } from "vitest";
import { inThousands } from "./thousands.ts";

it("writes a whole number as English does", () => {
  const counts = [0, 1, 12, 999, 1_000, 12_345, 999_999, 1_000_000, -1, -999, -1_000, -123_456];
  for (const count of counts) expect(inThousands(count)).toBe(count.toLocaleString("en"));
  assert(property(maxSafeInteger(), (count) => void expect(inThousands(count)).toBe(count.toLocaleString("en"))));
});
