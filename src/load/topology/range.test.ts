import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPattern } from "./range.ts";

function expand(text: string): string[] | string {
  const pattern = readPattern(text);
  return typeof pattern === "string" ? pattern : Array.from({ length: pattern.count }, (_, index) => pattern.at(index));
}

describe("readPattern", () => {
  it.each([
    ["web", ["web"]],
    ["web[7]", ["web7"]],
    ["web[08-11].lan", ["web08.lan", "web09.lan", "web10.lan", "web11.lan"]],
    ["web[8-11]", ["web8", "web9", "web10", "web11"]],
    ["db[1-2,08]", ["db1", "db2", "db08"]],
    ["[0-1]", ["0", "1"]],
    ["r[1-2]-[a]".replace("[a]", "[01-02]"), ["r1-01", "r1-02", "r2-01", "r2-02"]],
    ["98[098-101]", ["98098", "98099", "98100", "98101"]],
  ])("%s", (text, expected) => expect(expand(text)).toEqual(expected));

  it.each([
    ["web[3-1]", 'the range "[3-1]" runs backwards; write [1-3]'],
    ["web[1-010]", 'the range "[1-010]" has ends of different width; write as many digits in both'],
    ["web[]", 'the range "[]" is not understood; write numbers, as in [01-20] or [1-5,8]'],
    ["web[a-c]", 'the range "[a-c]" is not understood; write numbers, as in [01-20] or [1-5,8]'],
    ["web[1234567890]", 'the range "[1234567890]" is not understood; write numbers, as in [01-20] or [1-5,8]'],
    ["web[1", '"web[1" has a bracket without its partner; a range is written [01-20]'],
    ["web1]", '"web1]" has a bracket without its partner; a range is written [01-20]'],
    ["web[[1]]", '"web[[1]]" has a bracket without its partner; a range is written [01-20]'],
  ])("%s is refused", (text, expected) => expect(expand(text)).toBe(expected));

  it("gives last - first + 1 different names of one width, in ascending order", () => {
    fc.assert(
      fc.property(fc.nat(9000), fc.nat(200), fc.integer({ min: 5, max: 9 }), (first, more, width) => {
        const pad = (value: number): string => String(value).padStart(width, "0");
        const names = expand(`n[${pad(first)}-${pad(first + more)}]x`) as string[];
        expect(names).toHaveLength(more + 1);
        expect(new Set(names).size).toBe(names.length);
        expect(names.every((name, index) => name === `n${pad(first + index)}x`)).toBe(true);
      }),
    );
  });

  it("never throws, and counts without writing out", () => {
    expect(readPattern("[0-999999999][0-999999999]")).toMatchObject({ count: 1e18 });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."[]-,0123ab ") }), (text) => {
        const pattern = readPattern(text);
        if (typeof pattern !== "string") expect(pattern.at(pattern.count - 1)).not.toMatch(/[[\]]/);
      }),
    );
  });
});
