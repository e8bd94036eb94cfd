import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineSplitter } from "./lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Feeds the bytes in pieces that end at the given places. */
function split(whole: Uint8Array, cuts: readonly number[], maxBytes?: number): (string | undefined)[] {
  const splitter = createLineSplitter(maxBytes);
  const ends = [...cuts.map((cut) => cut % (whole.length + 1)), whole.length].toSorted((a, b) => a - b);
  let start = 0;
  return ends.flatMap((end) => {
    const lines = splitter.push(whole.subarray(start, end));
    start = end;
    return lines;
  });
}

describe("createLineSplitter", () => {
  it.each<[string, string, number | undefined, (string | undefined)[]]>([
    ["whole lines", "a\nb\n", undefined, ["a", "b"]],
    ["an incomplete line waits", "a\nb", undefined, ["a"]],
    ["CR LF", "a\r\nb\r\n", undefined, ["a", "b"]],
    ["empty lines", "\n\na\n", undefined, ["", "", "a"]],
    ["the longest line", "abc\n", 3, ["abc"]],
    ["a line that is too long, and the next", "abcd\nabc\n", 3, [undefined, "abc"]],
  ])("%s", (_name, text, maxBytes, lines) => {
    expect(split(bytes(text), [], maxBytes)).toEqual(lines);
  });

  it("gives the same lines wherever the chunks end, also inside a character", () => {
    const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n]/g, ""));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (lines, cuts) => {
        expect(split(bytes(lines.map((text) => `${text}\n`).join("")), cuts)).toEqual(lines);
      }),
    );
  });

  it("never returns or keeps a line over the limit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat()), (whole, cuts) => {
        for (const line of split(whole, cuts, 8)) expect(line?.length ?? 0).toBeLessThanOrEqual(8);
      }),
    );
  });
});
