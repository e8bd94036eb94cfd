import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginsLikeStatus, readEventConsoleStatus } from "./event-console.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const columns = `["status_config_load_time","status_messages"]`;

describe("the status of the Event Console", () => {
  it.each([
    [`[${columns},[17,42]]`, { messages: 42 }],
    [`[["status_pid"],[3]]\n`, {}],
    [`[${columns},[17,"many"]]`, {}],
    [`[${columns},[17,-1]]`, {}],
  ])("%s", (text, status) => {
    expect(readEventConsoleStatus(bytesOf(text))).toEqual(status);
  });

  it.each([
    "",
    "[",
    "null",
    "7",
    `{"0":1}`,
    "[[],[]]",
    `[["id"],[3]]`,
    `[${columns}]`,
    `[${columns},[1]]`,
    `[${columns},7]`,
  ])("%j is none", (text) => {
    expect(readEventConsoleStatus(bytesOf(text))).toBeUndefined();
  });

  it("is recognised by its beginning", () => {
    expect([`[${columns},[17,`, `[ ["status_`, `[["id"]`, ""].map((text) => beginsLikeStatus(bytesOf(text)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("is read without an error whatever it says", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json().map(bytesOf), fc.uint8Array()), (bytes) => {
        expect(readEventConsoleStatus(bytes)?.messages ?? 0).toBeGreaterThanOrEqual(0);
        expect(beginsLikeStatus(bytes)).toBeTypeOf("boolean");
      }),
    );
  });
});
