import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { summariseBytes } from "./byte-summary.ts";

describe("a summary of foreign bytes", () => {
  it.each([
    ["", "nothing"],
    ["SSH-2.0-OpenSSH_9.2\r\n", '"SSH-2.0-OpenSSH_9.2"'],
    ["\u0016\u0003\u0001", "bytes 16 03 01"],
    ["\u001B[31mred", "bytes 1b 5b 33 31 6d 72 65 64"],
    ["\n", "byte 0a"],
    ["\u0000".repeat(20), `bytes${" 00".repeat(12)} …`],
    ["y".repeat(200), `"${"y".repeat(59)}…"`],
  ])("%j: %s", (text, summary) => expect(summariseBytes(new TextEncoder().encode(text))).toBe(summary));

  it("is short and safe whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const summary = summariseBytes(bytes);
        expect(summary).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(Array.from(summary).length).toBeLessThanOrEqual(120);
      }),
    );
  });
});
