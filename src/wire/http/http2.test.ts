import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { http2Greeting, readHttp2Start } from "./http2.ts";

const settings = [0, 0, 6, 4, 0, 0, 0, 0, 0];

describe("the first frame of an HTTP/2 server", () => {
  it.each<[string, number[], string]>([
    ["settings", [...settings, 0, 3, 0, 0, 0, 100], "settings"],
    ["empty settings", [0, 0, 0, 4, 0, 0, 0, 0, 0], "settings"],
    ["goaway", [0, 0, 8, 7, 0, 0, 0, 0, 0], "goaway"],
    ["settings of an odd length", [0, 0, 5, 4, 0, 0, 0, 0, 0], "other"],
    ["settings on a stream", [0, 0, 0, 4, 0, 0, 0, 0, 1], "other"],
    ["headers", [0, 0, 0, 1, 0, 0, 0, 0, 0], "other"],
    ["a frame that is too long", [1, 0, 0], "other"],
    ["HTTP/1.1", Array.from(Buffer.from("HTTP/1.1 400")), "other"],
    ["a TLS alert", [21, 3, 1, 0, 2, 2, 70], "other"],
    ["nothing", [], "incomplete"],
  ])("%s", (_name, bytes, start) => expect(readHttp2Start(Uint8Array.from(bytes))).toBe(start));

  it("is incomplete at every cut", () => {
    for (let length = 0; length < settings.length; length += 1) {
      expect(readHttp2Start(Uint8Array.from(settings.slice(0, length)))).toBe("incomplete");
    }
  });

  it("never throws", () => {
    const starts = new Set(["settings", "goaway", "incomplete", "other"]);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => starts.has(readHttp2Start(bytes))));
  });
});

it("the greeting is the preface and an empty settings frame", () => {
  expect(Buffer.from(http2Greeting).toString("latin1", 0, 24)).toBe("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  expect(Array.from(http2Greeting.subarray(24))).toEqual([0, 0, 0, 4, 0, 0, 0, 0, 0]);
});
