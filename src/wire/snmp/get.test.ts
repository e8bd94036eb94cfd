import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { berElement, berInteger, berOid } from "./ber.ts";
import { toHex } from "../bytes.ts";
import { askedObjects, decodeSnmpMessage, encodeSnmpGet } from "./get.ts";

const text = (value: string) => [...new TextEncoder().encode(value)];

/** A message of version 2c as an agent sends it, with one variable for each pair of object and value. */
function message(tag: number, errorStatus: number, ...variables: readonly (readonly [string, readonly number[]])[]) {
  const list = variables.map(([oid, value]) => berElement(0x30, berOid(oid), value));
  const pdu = berElement(tag, berInteger(77), berInteger(errorStatus), berInteger(0), berElement(0x30, ...list));
  return Uint8Array.from(berElement(0x30, berInteger(1), berElement(4, text("public")), pdu));
}
const whole = message(
  0xa2,
  0,
  [askedObjects.sysDescr, berElement(4, text("router"))],
  [askedObjects.sysObjectId, berOid("1.3.6.1.4.1.8072.3.2.10")],
  [askedObjects.sysUpTime, berElement(0x43, [0, 0xff, 0xff, 0xff, 0xff])],
);

describe("encodeSnmpGet", () => {
  it("is the message of RFC 1157 §4.1.2, byte for byte", () => {
    expect(toHex(encodeSnmpGet("2c", Uint8Array.from(text("public")), 0x01020304))).toBe(
      "304502010104067075626c6963a0380204010203040201000201" +
        "00302a300c06082b060102010101000500300c06082b060102010102000500300c06082b060102010103000500",
    );
  });

  it("is a message that decodes, for every community and id", () => {
    const community = fc.uint8Array({ maxLength: 300 });
    const id = fc.integer({ min: 0, max: 0x7fff_ffff });
    fc.assert(
      fc.property(fc.constantFrom("1", "2c"), community, id, (version, community, requestId) => {
        expect(decodeSnmpMessage(encodeSnmpGet(version, community, requestId))).toEqual({
          version,
          community,
          isResponse: false,
          requestId,
          errorStatus: 0,
          errorIndex: 0,
          variables: Object.values(askedObjects).map((oid) => ({ oid, type: 5, value: undefined })),
        });
      }),
    );
  });
});

describe("decodeSnmpMessage", () => {
  it("reads a response with its three values", () => {
    expect(decodeSnmpMessage(whole)).toEqual({
      version: "2c",
      community: Uint8Array.from(text("public")),
      isResponse: true,
      requestId: 77,
      errorStatus: 0,
      errorIndex: 0,
      variables: [
        { oid: askedObjects.sysDescr, type: 4, value: Uint8Array.from(text("router")) },
        { oid: askedObjects.sysObjectId, type: 6, value: "1.3.6.1.4.1.8072.3.2.10" },
        { oid: askedObjects.sysUpTime, type: 0x43, value: 0xffff_ffff },
      ],
    });
  });

  it("reads error status and exceptions", () => {
    const decoded = decodeSnmpMessage(message(0xa2, 2, [askedObjects.sysDescr, [0x80, 0]]));
    expect(decoded).toMatchObject({ errorStatus: 2, variables: [{ type: 0x80, value: undefined }] });
  });

  it.each([
    ["a trap of version 1, which is laid out otherwise", message(0xa4, 0)],
    ["a message of version 3", Uint8Array.from(berElement(0x30, berInteger(3), berElement(4), berElement(0xa2)))],
    ["a variable without a value", message(0xa2, 0, [askedObjects.sysDescr, []])],
    ["text", Uint8Array.from(text("what?"))],
  ])("refuses %s", (_, bytes) => {
    expect(decodeSnmpMessage(bytes)).toBeUndefined();
  });

  it("refuses every cut message", () => {
    for (let length = 0; length < whole.length; length += 1) {
      expect(decodeSnmpMessage(whole.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
  });

  it("never throws, not even for messages with single bytes changed", () => {
    const changed = fc
      .tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }))
      .map(([place, value]) => whole.map((byte, index) => (index === place ? value : byte)));
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), changed);
    fc.assert(fc.property(bytes, (bytes) => void decodeSnmpMessage(bytes)));
  });
});
