import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable } from "./printable.ts";

describe("printable", () => {
  it.each([
    ["plain", "Linux web01", "Linux web01"],
    ["line breaks and tabs become one blank", "a\r\n\tb", "a b"],
    ["terminal escapes lose their escape character", "\u001B[31mred\u0007", "[31mred"],
    ["direction overrides are removed", "a\u202Eb", "a b"],
    ["long text is cut", "x".repeat(30), `${"x".repeat(19)}…`],
    ["exactly as long as allowed", "x".repeat(20), "x".repeat(20)],
  ])("%s", (_name, foreign, expected) => {
    expect(printable(foreign, 20)).toBe(expected);
  });

  it("reads bytes as UTF-8 and marks what is not", () => {
    expect(printable(Uint8Array.of(0x4d, 0xc3, 0xbc, 0xff), 20)).toBe("Mü\uFFFD");
  });

  it("never lets a control character or too much text through", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = printable(bytes, 60);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(Array.from(text).length).toBeLessThanOrEqual(60);
      }),
    );
  });
});
