import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FarMessage, readFarLine } from "./message.ts";

describe("a line of a worker", () => {
  it.each<[string, FarMessage]>([
    [
      "open 1 10.0.0.1 4000 1500 0",
      { kind: "open", id: 1, address: "10.0.0.1", port: 4000, rttMs: 1.5, retransmits: 0 },
    ],
    ["open 1 - 0 - 0", { kind: "open", id: 1, rttMs: undefined, retransmits: 0 }],
    ["bound 2 fe80::1%eth0 53", { kind: "bound", id: 2, address: "fe80::1%eth0", port: 53 }],
    ["data 3 00ff", { kind: "data", id: 3, bytes: Buffer.from([0, 255]) }],
    ["sent 3", { kind: "sent", id: 3 }],
    [
      "datagram 4 ::1 161 20 1700000000000 64 -",
      {
        kind: "datagram",
        id: 4,
        from: "::1",
        port: 161,
        afterMs: 0.02,
        clockMs: 1.7e12,
        ttl: 64,
        bytes: Buffer.alloc(0),
      },
    ],
    [
      "error 5 ECONNREFUSED 0 10 none",
      { kind: "error", id: 5, errno: "ECONNREFUSED", isAtCall: false, afterMs: 0.01, icmp: "none" },
    ],
    [
      "error 5 EHOSTUNREACH 0 - -",
      { kind: "error", id: 5, errno: "EHOSTUNREACH", isAtCall: false, afterMs: undefined, icmp: undefined },
    ],
    [
      "error 5 EHOSTUNREACH 1 10 3 13 10.66.1.1 0 61",
      {
        kind: "error",
        id: 5,
        errno: "EHOSTUNREACH",
        isAtCall: true,
        afterMs: 0.01,
        icmp: { type: 3, code: 13, sender: "10.66.1.1", isOwn: false, quoted: Buffer.from("a") },
      },
    ],
    [
      "names 6 10.0.0.1/0 ::1/1",
      {
        kind: "names",
        id: 6,
        addresses: [
          { address: "10.0.0.1", family: 4, isOwn: false },
          { address: "::1", family: 6, isOwn: true },
        ],
      },
    ],
    ["nameless 6 ENOTFOUND 6e6f1b5b", { kind: "nameless", id: 6, code: "ENOTFOUND", detail: "no [" }],
    ["route 7 -", { kind: "route", id: 7 }],
    ["route 7 ENETUNREACH", { kind: "route", id: 7, errno: "ENETUNREACH" }],
    ["ping 8 0 6f6b", { kind: "ping", id: 8, exitCode: 0, output: "ok" }],
    ["quiet 9", { kind: "quiet", id: 9 }],
    ["failed 78", { kind: "failed", detail: "x" }],
  ])("%s", (line, message) => {
    expect(readFarLine(line)).toEqual(message);
  });

  it.each([
    "",
    " ",
    "open",
    "open x 10.0.0.1 1 1 0",
    "open 0 10.0.0.1 1 1 0",
    "open -1 10.0.0.1 1 1 0",
    "open 1 10.0.0.1 65536 1 0",
    "open 1 example.com 80 1 0",
    "open 1 10.0.0.1 80 -5 0",
    "open 1 10.0.0.1 80 1e3 0",
    "open 1 10.0.0.1 80 1 0 more",
    "data 1 0",
    "data 1 0g",
    "data 1 00 11",
    "datagram 1 10.0.0.1 161 1 1 256 00",
    "error 1 econnrefused 0 1 -",
    "error 1 ECONNREFUSED 2 1 -",
    "error 1 ECONNREFUSED 0 1 3 13 nobody 0 -",
    "error 1 ECONNREFUSED 0 1 3 999 10.0.0.1 0 -",
    "names 1",
    "names 1 10.0.0.1",
    "names 1 10.0.0.1/2",
    "quiet 1 2",
    "constructor 1",
    "__proto__ 1",
    '{"type":"observation"}',
    "\u001B[31mopen 1 10.0.0.1 1 1 0",
  ])("%j is none", (line) => {
    expect(readFarLine(line)).toBeUndefined();
  });

  it("never throws, and gives numbers and addresses that are such, whatever it is", () => {
    const word = fc.oneof(
      fc.constantFrom(
        "open",
        "bound",
        "data",
        "datagram",
        "error",
        "names",
        "nameless",
        "route",
        "ping",
        "quiet",
        "failed",
      ),
      fc.constantFrom(
        "1",
        "0",
        "-",
        "none",
        "10.0.0.1",
        "::1",
        "10.0.0.1/1",
        "ECONNREFUSED",
        "00ff",
        "9999999999999999",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 10 }), (words) => {
        const message = readFarLine(words.join(" "));
        if (message === undefined) return;
        for (const value of Object.values(message)) {
          if (typeof value === "number") expect(Number.isFinite(value) && value >= 0).toBe(true);
        }
        expect(JSON.stringify(message)).not.toMatch(/\\u001b/);
      }),
      { numRuns: 5_000 },
    );
  });
});
