import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ipv4, segment } from "../../../test/cases/packets.ts";
import { decodeSynAnswer } from "./tcp-segment.ts";

const from = (flags: number, words = 5) =>
  ipv4(
    { protocol: 6, source: "10.0.3.7", destination: "10.0.0.1", ttl: 61, payload: segment(6556, 40_001, flags) },
    words,
  );
const seen = { source: "10.0.3.7", sourcePort: 6556, destinationPort: 40_001, ttl: 61 };

describe("an answer to a SYN", () => {
  it.each<[string, Uint8Array, object | undefined]>([
    ["SYN-ACK", from(0x12), { kind: "syn-ack", ...seen }],
    ["SYN-ACK with ECN's bit (RFC 3168 §6.1.1)", from(0x52), { kind: "syn-ack", ...seen }],
    ["RST", from(0x04), { kind: "reset", ...seen }],
    ["RST-ACK behind IP options", from(0x14, 8), { kind: "reset", ...seen }],
    ["SYN", from(0x02), undefined],
    ["ACK", from(0x10), undefined],
    ["FIN-ACK", from(0x11), undefined],
    ["UDP", ipv4({ protocol: 17, destination: "10.0.0.1", payload: segment(53, 40_001, 0x14) }), undefined],
    ["a header that is cut short", from(0x12).subarray(0, 39), undefined],
    ["IPv6", Uint8Array.of(0x60, ...from(0x12).subarray(1)), undefined],
    ["nothing", new Uint8Array(0), undefined],
  ])("%s", (_, packet, expected) => expect(decodeSynAnswer(packet)).toEqual(expected));

  it("never throws on hostile bytes, and reads nothing beyond their end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const answer = decodeSynAnswer(bytes);
        if (answer !== undefined) expect(bytes.length).toBeGreaterThanOrEqual(40);
      }),
    );
  });
});
