import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readHttpStatusLine } from "./status-line.ts";

const read = (text: string) => readHttpStatusLine(new TextEncoder().encode(text));

describe("an HTTP status line", () => {
  it.each([
    ["HTTP/1.1 200 OK\r\nServer: x\r\n", { status: 200, reason: "OK" }],
    ["HTTP/1.0 503 Service Unavailable\n", { status: 503, reason: "Service Unavailable" }],
    ["HTTP/1.1 404\r\n", { status: 404, reason: "" }],
    ["HTTP/1.1 200 O", { status: 200, reason: "O" }],
  ])("%j is read", (text, line) => expect(read(text)).toEqual(line));

  it.each(["", "HTTP/1.1 200", "HTTP/1.1 20\r\n", "HTTP/2 200\r\n", "SSH-2.0-OpenSSH\r\n", " HTTP/1.1 200 OK\r\n"])(
    "%j is none",
    (text) => expect(read(text)).toBeUndefined(),
  );

  it("is read as soon as its status is complete, and no sooner", () => {
    const line = new TextEncoder().encode("HTTP/1.1 200 OK\r\n");
    for (let length = 0; length < line.length; length += 1) {
      expect(readHttpStatusLine(line.subarray(0, length))?.status).toBe(length < 13 ? undefined : 200);
    }
  });

  it("is looked for in hostile bytes without a throw, and its status is a number of three digits", () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.uint8Array({ maxLength: 200 }).map((rest) => Uint8Array.of(...new TextEncoder().encode("HTTP/1.1 "), ...rest)),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        const line = readHttpStatusLine(bytes);
        if (line !== undefined) expect(line.status).toBeGreaterThanOrEqual(100);
        if (line !== undefined) expect(line.status).toBeLessThan(1_000);
      }),
    );
  });
});
