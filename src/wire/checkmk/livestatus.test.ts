import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFixed16 } from "../fixed16.ts";
import { isLivestatusWhole, readLivestatusAnswer } from "./livestatus.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const framed = (body: string, code = 200) => bytesOf(`${code} ${String(bytesOf(body).length).padStart(11)}\n${body}`);
const status = framed(`[["Check_MK 2.3.0p1",1700000000,"2.3.0p1"]]\n`);

describe("fixed16", () => {
  it("reads code and length", () => {
    expect(readFixed16(bytesOf("200          56\n[["))).toEqual({ code: 200, bodyBytes: 56 });
    expect(readFixed16(bytesOf("404 99999999999\n"))).toEqual({ code: 404, bodyBytes: 99_999_999_999 });
  });

  it.each([
    "",
    "200          56",
    "200          5x\n",
    "20           56\n",
    "200 56\n",
    "HTTP/1.1 200 OK\n",
    "200            \n",
  ])("%j is none", (text) => {
    expect(readFixed16(bytesOf(text))).toBeUndefined();
  });
});

describe("the answer of Livestatus", () => {
  it.each([
    ["Checkmk's core", status, { kind: "status", name: "Livestatus of Checkmk 2.3.0p1" }],
    ["another core", framed(`[["4.4.6",1,"2.3.0p1"]]`), { kind: "status", name: "Livestatus 2.3.0p1 of core 4.4.6" }],
    ["a core without the rest", framed(`[["4.4.6"]]`), { kind: "status", name: "Livestatus of core 4.4.6" }],
    ["a refusal", framed("Invalid\u001b[2J\n", 400), { kind: "refused", code: 400, text: "Invalid [2J" }],
    ["a refusal that is cut", framed("Invalid", 400).subarray(0, 18), { kind: "refused", code: 400, text: "In" }],
  ])("%s", (_name, bytes, answer) => {
    expect(readLivestatusAnswer(bytes)).toEqual(answer);
  });

  it.each([
    ["a cut body", status.subarray(0, -1)],
    ["no rows", framed("[]")],
    ["no list", framed("7")],
    ["null", framed("null")],
    ["another row", framed("[[1,2,3]]")],
    ["no JSON", framed("hello")],
    ["no header", bytesOf("[[1,2,3]]")],
  ])("%s is none", (_name, bytes) => {
    expect(readLivestatusAnswer(bytes)).toBeUndefined();
  });

  it("is whole with its last byte, or when it is another protocol", () => {
    expect([15, 16, status.length - 1, status.length].map((end) => isLivestatusWhole(status.subarray(0, end)))).toEqual(
      [false, false, false, true],
    );
    expect(isLivestatusWhole(bytesOf("SSH-2.0-OpenSSH_9.2"))).toBe(true);
  });

  it("is read without an error whatever it says", () => {
    const body = fc.oneof(fc.json(), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(body, fc.integer({ min: 100, max: 999 }), fc.nat(200), (text, code, end) => {
        const answer = readLivestatusAnswer(framed(text, code).subarray(0, end));
        const shown = answer?.kind === "status" ? answer.name : (answer?.text ?? "");
        expect(shown).not.toMatch(/[\p{Cc}\u202e]/u);
        expect(Array.from(shown).length).toBeLessThanOrEqual(110);
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readLivestatusAnswer(bytes)));
  });
});
