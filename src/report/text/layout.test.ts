import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainText } from "../../model/text/printable.ts";
import { columnsOf, hanging, wrap } from "./layout.ts";
import { counted, duration, inOrder, listed, shellWord } from "./wording.ts";

describe("wrap", () => {
  it("never exceeds the width and loses nothing but blanks", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.integer({ min: 4, max: 80 }), (text, width) => {
        const clean = plainText(text);
        const lines = wrap(clean, width);
        expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
        expect(lines.join("").replaceAll(" ", "")).toBe(clean.replaceAll(" ", ""));
      }),
    );
  });

  it.each<[string, number, string[]]>([
    ["one two three", 8, ["one two", "three"]],
    ["within 3.2 s", 10, ["within", "3.2 s"]],
    ["license.checkmk.com", 12, ["license.", "checkmk.com"]],
    ["abcdefgh", 3, ["abc", "def", "gh"]],
    ["", 10, [""]],
    ["端口检查", 4, ["端口", "检查"]],
  ])("%j in %i columns", (text, width, expected) => expect(wrap(text, width)).toEqual(expected));

  /** With work that grows with the square of the length the last two would take hours; nothing here measures time. */
  it.each([
    ["one word", "x".repeat(500_000), 6_250],
    ["one word with seams", "abc/".repeat(125_000), 6_250],
    ["many words", "word ".repeat(100_000).trimEnd(), 6_250],
    ["wide characters", "端".repeat(500_000), 12_500],
    ["combining marks", "a\u0301".repeat(500_000), 6_250],
  ])("breaks half a million characters in one pass: %s", { timeout: 60_000 }, (_, text, count) => {
    expect(wrap(text, 80)).toHaveLength(count);
  });

  it("hangs further lines under the first", () => {
    expect(hanging("✗ ", "one two three", { indent: 2, width: 11 })).toEqual(["  ✗ one two", "    three"]);
  });
});

describe("no line is a command to the log of a CI job", () => {
  it.each([
    ["ends with ::error::boo", 10, ["ends with", ": :error::b", "oo"]],
    ["abcdefghij::error::boo", 10, ["abcdefghij", ": :error::b", "oo"]],
    ["the address ::1 answers", 12, ["the address", "::1 answers"]],
    ["std::string stays", 12, ["std::string", "stays"]],
  ])("%s", (text, width, lines) => expect(wrap(text, width)).toEqual(lines));
});

describe("wording", () => {
  it.each([
    [0.0123, "0 ms"],
    [1.24, "1.2 ms"],
    [9.96, "10 ms"],
    [830, "830 ms"],
    [999.6, "1 s"],
    [3200, "3.2 s"],
    [125_000, "2 min 5 s"],
  ])("%f milliseconds are %s", (milliseconds, text) => expect(duration(milliseconds)).toBe(text));

  it.each([
    [["a"], "a"],
    [["a", "b"], "a and b"],
    [["a", "b", "c", "d", "e"], "a, b, c, d and e"],
    [["a", "b", "c", "d", "e", "f"], "a, b, c, d and 2 more"],
    [[], ""],
  ])("%j is listed as %j", (names, text) => expect(listed(names)).toBe(text));

  it("counts, sorts and quotes as people do", () => {
    expect([counted(1, "flow"), counted(4000, "flow")]).toEqual(["1 flow", "4,000 flows"]);
    expect(inOrder(["h10", "h2", "h2", "h1"])).toEqual(["h1", "h2", "h10"]);
    expect([shellWord("a-b.yaml"), shellWord("a b"), shellWord("$(x)")]).toEqual(["a-b.yaml", "'a b'", "'$(x)'"]);
  });
});
