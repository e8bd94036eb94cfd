import dnsPacket from "dns-packet";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDnsReply, encodeDnsQuery } from "./dns.ts";

const id16 = fc.integer({ min: 0, max: 0xffff });

/** A server's header-only answer: QR, RD and RA set, and the rcode. */
const answer = (id: number, rcode: number) =>
  Uint8Array.of(id >> 8, id & 255, 0x81, 0x80 | rcode, 0, 0, 0, 0, 0, 0, 0, 0);

describe("encodeDnsQuery", () => {
  it("asks for localhost with recursion, as recorded", () => {
    expect(Buffer.from(encodeDnsQuery(0x1234)).toString("hex")).toBe(
      "123401000001000000000000096c6f63616c686f73740000010001",
    );
  });

  it("is read back by dns-packet for every id", () => {
    fc.assert(
      fc.property(id16, (id) => {
        const query = dnsPacket.decode(Buffer.from(encodeDnsQuery(id)));
        expect([query.id, query.questions?.[0]?.name]).toEqual([id, "localhost"]);
      }),
    );
  });
});

describe("decodeDnsReply", () => {
  it.each([
    [0, "NOERROR"],
    [2, "SERVFAIL"],
    [3, "NXDOMAIN"],
    [5, "REFUSED"],
  ])("rcode %i is %s", (rcode, name) => {
    expect(decodeDnsReply(answer(7, rcode))).toEqual({ id: 7, rcode: name, truncated: false });
  });

  it("does not take a query for an answer", () => {
    expect(decodeDnsReply(encodeDnsQuery(1))).toBeUndefined();
  });

  it("refuses every cut answer", () => {
    const whole = dnsPacket.encode({ type: "response", id: 1, questions: [{ type: "A", name: "localhost" }] });
    expect(decodeDnsReply(whole)).toBeDefined();
    for (let length = 0; length < whole.length; length += 1) {
      expect(decodeDnsReply(whole.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void decodeDnsReply(bytes)));
  });
});
