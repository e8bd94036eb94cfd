import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "../bytes.ts";
import { decodeSnmpV3, encodeSnmpDiscovery } from "./v3.ts";

/** A Report as an agent sends it: engine id 80000000010203, and the usmStats counter `counter`. */
function report(messageId: number, counter: number): Uint8Array {
  const tlv = (tag: number, ...parts: number[][]) => [tag, parts.flat().length, ...parts.flat()];
  const int = (value: number) => tlv(2, [value]);
  const oid = tlv(6, [0x2b, 6, 1, 6, 3, 15, 1, 1, counter, 0]);
  const pdu = tlv(0xa8, int(1), int(0), int(0), tlv(0x30, tlv(0x30, oid, tlv(0x41, [5]))));
  const engine = tlv(4, [0x80, 0, 0, 0, 1, 2, 3]);
  const security = tlv(0x30, engine, int(1), int(9), tlv(4), tlv(4), tlv(4));
  const header = tlv(0x30, int(messageId), int(100), tlv(4, [0]), int(3));
  return Uint8Array.from(tlv(0x30, int(3), header, tlv(4, security), tlv(0x30, engine, tlv(4), pdu)));
}

describe("encodeSnmpDiscovery", () => {
  it("is the message of RFC 3414 §4, byte for byte", () => {
    expect(toHex(encodeSnmpDiscovery(0x01020304))).toBe(
      "303e0201033011020401020304020300ffe3040104020103" +
        "0410300e0400020100020100040004000400" +
        "301404000400a00e0204010203040201000201003000",
    );
  });

  it("is a message that decodes, for every id", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7fff_ffff }), (messageId) => {
        const decoded = decodeSnmpV3(encodeSnmpDiscovery(messageId));
        expect(decoded).toEqual({ messageId, engineId: new Uint8Array(0), isReport: false, mayBeResponse: false });
      }),
    );
  });
});

describe("decodeSnmpV3", () => {
  it.each([
    [1, "unsupported-security-level"],
    [2, "not-in-time-window"],
    [3, "unknown-user"],
    [4, "unknown-engine"],
    [5, "wrong-digest"],
    [6, "decryption-error"],
    [7, undefined],
  ])("usmStats %i is %s", (counter, name) => {
    const decoded = decodeSnmpV3(report(77, counter));
    expect(decoded).toMatchObject({ messageId: 77, isReport: true });
    expect(decoded?.report).toBe(name);
    expect(decoded && toHex(decoded.engineId)).toBe("80000000010203");
  });

  it("refuses every cut message", () => {
    const whole = report(77, 4);
    for (let length = 0; length < whole.length; length += 1) {
      expect(decodeSnmpV3(whole.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
  });

  it("never throws, not even for messages with single bytes changed", () => {
    const whole = report(77, 4);
    const changed = fc
      .tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }))
      .map(([place, value]) => whole.map((byte, index) => (index === place ? value : byte)));
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), changed), (bytes) => void decodeSnmpV3(bytes)));
  });
});
