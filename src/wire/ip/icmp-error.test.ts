import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorAbout, icmp, ipv4, ipv6, ports } from "../../../test/cases/packets.ts";
import { decodeIcmpError } from "./icmp-error.ts";
import { encodeEcho } from "./icmp.ts";

const tcp4 = { protocol: 6, destination: "10.0.3.7", payload: ports(40_001, 6556) };
const udp6 = { protocol: 17, destination: "fd00:3::7", payload: ports(40_002, 161) };
const in4 = (message: Uint8Array, words = 5) => ipv4({ protocol: 1, destination: "10.0.0.1", payload: message }, words);
const payload = new Uint8Array(0);
const quotedTcp4 = { transport: "tcp", sourcePort: 40_001, destination: "10.0.3.7", destinationPort: 6556, payload };
const quotedUdp6 = { transport: "udp", sourcePort: 40_002, destination: "fd00:3::7", destinationPort: 161, payload };
/** A datagram of `length` bytes, header included, of which `there` are quoted. */
const datagram = (length: number, there: number) => {
  const bytes = ports(40_001, 6556, there).fill(7, 8);
  new DataView(bytes.buffer).setUint16(4, length);
  return bytes;
};

/** Extension headers: options padded to 8 and 16 bytes, a first fragment, and an authentication header of 24. */
const options8 = new Uint8Array(8);
const options16 = Uint8Array.from({ length: 16 }, (_, at) => (at === 1 ? 1 : 0));
const firstFragment = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 9);
const authentication = Uint8Array.from({ length: 24 }, (_, at) => (at === 1 ? 4 : 0));

describe("an ICMP error about TCP or UDP", () => {
  it.each<[string, 4 | 6, Uint8Array, object]>([
    ["prohibited, IPv4", 4, in4(icmp(3, 13, ipv4(tcp4))), { type: 3, code: 13, quoted: quotedTcp4 }],
    ["options in the outer header", 4, in4(icmp(3, 1, ipv4(tcp4)), 9), { type: 3, code: 1, quoted: quotedTcp4 }],
    ["options in the quoted header", 4, in4(icmp(3, 3, ipv4(tcp4, 15))), { type: 3, code: 3, quoted: quotedTcp4 }],
    [
      "UDP, and more of the packet than eight bytes (RFC 1812 §4.3.2.3)",
      4,
      in4(icmp(3, 10, ipv4({ ...tcp4, protocol: 17, payload: ports(40_001, 6556, 500) }))),
      { type: 3, code: 10, quoted: { ...quotedTcp4, transport: "udp" } },
    ],
    ...(
      [
        ["all that it carried", 12, 12, 4],
        ["a part of what it carried", 500, 12, 4],
        ["what it carried, and padding (RFC 4884 §5.1)", 12, 128, 4],
      ] as const
    ).map(([what, length, there, carried]): [string, 4 | 6, Uint8Array, object] => [
      `UDP, and ${what}`,
      4,
      in4(icmp(3, 10, ipv4({ ...tcp4, protocol: 17, payload: datagram(length, there) }))),
      { type: 3, code: 10, quoted: { ...quotedTcp4, transport: "udp", payload: new Uint8Array(carried).fill(7) } },
    ]),
    ["time exceeded", 4, in4(icmp(11, 0, ipv4(tcp4))), { type: 11, code: 0, quoted: quotedTcp4 }],
    ["prohibited, IPv6", 6, icmp(1, 1, ipv6(udp6)), { type: 1, code: 1, quoted: quotedUdp6 }],
    [
      "extension headers",
      6,
      icmp(
        1,
        5,
        ipv6(udp6, [
          [0, options8],
          [60, options16],
          [43, options8],
          [44, firstFragment],
          [51, authentication],
        ]),
      ),
      { type: 1, code: 5, quoted: quotedUdp6 },
    ],
  ])("%s", (_, family, packet, expected) => expect(decodeIcmpError(family, packet)).toEqual(expected));

  const laterFragment4 = ipv4(tcp4);
  laterFragment4[7] = 1;
  const wrongSum = in4(icmp(3, 13, ipv4(tcp4)));
  wrongSum[22] = (wrongSum[22] ?? 0) ^ 1;
  const echo = encodeEcho(4, "request", { id: 1, sequence: 2, payload: ports(40_001, 6556, 64) });
  it.each<[string, 4 | 6, Uint8Array]>([
    ["an echo reply", 4, in4(icmp(0, 0, ipv4(tcp4)))],
    ["a redirect", 4, in4(icmp(5, 1, ipv4(tcp4)))],
    ["packet too big, IPv6", 6, icmp(2, 0, ipv6(udp6))],
    ["an error about an echo", 4, in4(icmp(3, 1, ipv4({ ...tcp4, protocol: 1, payload: echo })))],
    ["a later fragment, IPv4", 4, in4(icmp(3, 1, laterFragment4))],
    ["a later fragment, IPv6", 6, icmp(1, 0, ipv6(udp6, [[44, Uint8Array.of(0, 0, 0, 9, 0, 0, 0, 9)]]))],
    ["a wrong checksum", 4, wrongSum],
    ["IPv4 that quotes IPv6", 4, in4(icmp(3, 1, ipv6(udp6)))],
    ["IPv6 that quotes IPv4", 6, icmp(1, 1, ipv4(tcp4))],
    ["no next header (59)", 6, icmp(1, 1, ipv6({ ...udp6, protocol: 59 }))],
    ["nothing", 4, new Uint8Array(0)],
  ])("is not %s", (_, family, packet) => expect(decodeIcmpError(family, packet)).toBeUndefined());
});

const port = fc.integer({ min: 0, max: 0xffff });
const cases = fc.record({
  family: fc.constantFrom(4 as const, 6 as const),
  protocol: fc.constantFrom(6, 17),
  sourcePort: port,
  port,
});
const destinations = { 4: "192.0.2.9", 6: "2001:db8::9" } as const;
const types = { 4: [3, 13], 6: [1, 1] } as const;

it("gives back what was quoted, whatever it was", () => {
  fc.assert(
    fc.property(cases, ({ family, ...place }) => {
      const destination = destinations[family];
      const error = decodeIcmpError(family, errorAbout(family, types[family], { ...place, destination }));
      const { protocol, sourcePort, port: destinationPort } = place;
      const transport = protocol === 6 ? "tcp" : "udp";
      expect(error?.quoted).toEqual({ transport, sourcePort, destination, destinationPort, payload });
    }),
  );
});

it("reads nothing from what is cut short", () => {
  fc.assert(
    fc.property(cases, fc.nat(200), ({ family, ...place }, length) => {
      const whole = errorAbout(family, types[family], { ...place, destination: destinations[family] });
      fc.pre(length < whole.length);
      // The checksum of a message that is cut is made right again, so that the lengths alone decide.
      const cut = whole.slice(0, length);
      const resealed = family === 4 && length > 28 ? in4(icmp(3, 13, cut.subarray(28))) : cut;
      expect(decodeIcmpError(family, resealed)).toBeUndefined();
    }),
  );
});

it("never throws, and comes to an end, on hostile bytes", () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    // Right in front, hostile behind: chains of extension headers of any kind and length.
    fc.uint8Array({ minLength: 40, maxLength: 400 }).map((bytes) =>
      icmp(
        1,
        1,
        Uint8Array.from(bytes, (byte, at) => (at === 0 ? 0x60 : at === 6 ? byte % 61 : byte)),
      ),
    ),
    fc.uint8Array({ minLength: 20, maxLength: 100 }).map((bytes) => in4(icmp(3, 13, Uint8Array.of(0x4f, ...bytes)))),
  );
  fc.assert(
    fc.property(hostile, fc.constantFrom(4 as const, 6 as const), (bytes, family) => {
      const quoted = decodeIcmpError(family, bytes)?.quoted;
      if (quoted === undefined) return;
      expect(quoted.sourcePort).toBeLessThanOrEqual(0xffff);
      expect(quoted.destination).toMatch(family === 4 ? /^[\d.]+$/ : /^[\da-f:]+$/);
    }),
    { numRuns: 2_000 },
  );
});
