import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeNtpReply, encodeNtpRequest, summariseNtpReply } from "./ntp.ts";

const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** A server's answer: leap indicator, version 4, mode 4, stratum, reference id, and the origin timestamp. */
function answer(leap: number, stratum: number, referenceId = "GPS\0"): Uint8Array {
  const bytes = new Uint8Array(48);
  bytes[0] = (leap << 6) | 0x24;
  bytes[1] = stratum;
  bytes.set(new TextEncoder().encode(referenceId), 12);
  bytes.set(nonce, 24);
  return bytes;
}

describe("encodeNtpRequest", () => {
  it("is a version 4 client packet with the nonce as transmit timestamp", () => {
    const bytes = encodeNtpRequest(nonce);
    expect([bytes.length, bytes[0]]).toEqual([48, 0x23]);
    expect(bytes.subarray(40)).toEqual(nonce);
    expect(bytes.subarray(1, 40).every((byte) => byte === 0)).toBe(true);
  });

  it("wants exactly 8 bytes", () => {
    expect(() => encodeNtpRequest(new Uint8Array(7))).toThrow(RangeError);
  });
});

describe("decodeNtpReply", () => {
  it.each([
    ["a server", answer(0, 2), "stratum 2"],
    ["a kiss of death", answer(3, 0, "RATE"), "kiss RATE"],
    ["a server without time", answer(3, 16), "stratum 16, not synchronised"],
  ])("%s", (_name, bytes, summary) => {
    const reply = decodeNtpReply(bytes);
    expect(reply?.origin).toEqual(nonce);
    expect(reply && summariseNtpReply(reply)).toBe(summary);
  });

  it.each([
    ["a client's own request", encodeNtpRequest(nonce)],
    ["47 bytes", answer(0, 2).subarray(0, 47)],
    ["nothing", new Uint8Array(0)],
  ])("refuses %s", (_name, bytes) => {
    expect(decodeNtpReply(bytes)).toBeUndefined();
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void decodeNtpReply(bytes)));
  });
});
