import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressBytes } from "./address-bytes.ts";
import { type Echo, decodeIcmp, encodeEcho, internetChecksum } from "./icmp.ts";

const echo: Echo = { id: 0xbeef, sequence: 7, payload: Uint8Array.of(1, 2, 3, 4, 5) };
const echoes = fc.record({
  id: fc.integer({ min: 0, max: 0xffff }),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  payload: fc.uint8Array({ maxLength: 64 }),
});

/** An IPv4 header of `words` 32-bit words in front of ICMP bytes. */
function inIpv4(icmp: Uint8Array, target = "10.0.0.9", ttl = 61, words = 5): Uint8Array {
  const bytes = new Uint8Array(words * 4 + icmp.length);
  bytes[0] = 0x40 | words;
  bytes[8] = ttl;
  bytes[9] = 1;
  bytes.set(addressBytes(target), 16);
  bytes.set(icmp, words * 4);
  return bytes;
}

function inIpv6(icmp: Uint8Array, target: string): Uint8Array {
  const bytes = new Uint8Array(40 + icmp.length);
  bytes[0] = 0x60;
  bytes[6] = 58;
  bytes.set(addressBytes(target), 24);
  bytes.set(icmp, 40);
  return bytes;
}

/** An ICMP error that quotes a packet; its checksum is right. */
function errorAbout(type: number, code: number, quoted: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + quoted.length);
  bytes[0] = type;
  bytes[1] = code;
  bytes.set(quoted, 8);
  new DataView(bytes.buffer).setUint16(2, internetChecksum(bytes));
  return bytes;
}

describe("internetChecksum", () => {
  it("gives the sum of the example in RFC 1071 §3", () => {
    expect(internetChecksum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7))).toBe(~0xddf2 & 0xffff);
  });
});

describe("echo", () => {
  it("IPv4: decode is the inverse of encode, with any header length", () => {
    fc.assert(
      fc.property(echoes, fc.integer({ min: 5, max: 15 }), (sent, words) => {
        const bytes = inIpv4(encodeEcho(4, "reply", sent), "10.0.0.9", 61, words);
        expect(decodeIcmp(4, bytes)).toEqual({ kind: "reply", ttl: 61, ...sent });
      }),
    );
  });

  it("IPv6: decode is the inverse of encode", () => {
    fc.assert(
      fc.property(echoes, (sent) => {
        expect(decodeIcmp(6, encodeEcho(6, "request", sent))).toEqual({ kind: "request", ...sent });
      }),
    );
  });

  it("IPv4: a wrong checksum is refused", () => {
    const bytes = inIpv4(encodeEcho(4, "reply", echo));
    bytes[bytes.length - 1] = 99;
    expect(decodeIcmp(4, bytes)).toBeUndefined();
  });
});

describe("errors that quote our echo request", () => {
  it.each([
    [4, 3, 0, false],
    [4, 3, 1, false],
    [4, 3, 3, false],
    [4, 3, 9, true],
    [4, 3, 10, true],
    [4, 3, 13, true],
    [4, 11, 0, false],
    [6, 1, 0, false],
    [6, 1, 1, true],
    [6, 1, 3, false],
    [6, 1, 5, true],
    [6, 1, 6, true],
    [6, 3, 0, false],
  ] as const)("IPv%i type %i code %i: prohibited is %s", (family, type, code, prohibited) => {
    const target = family === 4 ? "10.0.0.9" : "fd00::9";
    const request = encodeEcho(family, "request", echo);
    const quoted = family === 4 ? inIpv4(request, target).subarray(0, 28) : inIpv6(request, target);
    const error = errorAbout(type, code, quoted);
    expect(decodeIcmp(family, family === 4 ? inIpv4(error, "10.0.0.1") : error)).toEqual({
      kind: "error",
      type,
      code,
      prohibited,
      quoted: {
        id: 0xbeef,
        sequence: 7,
        target: addressBytes(target),
        payload: quoted.subarray(family === 4 ? 28 : 48),
      },
    });
  });

  it.each([
    ["a redirect", errorAbout(5, 1, inIpv4(encodeEcho(4, "request", echo)))],
    [
      "an error about somebody's UDP",
      errorAbout(
        3,
        3,
        inIpv4(encodeEcho(4, "request", echo)).map((b, i) => (i === 9 ? 17 : b)),
      ),
    ],
    ["an error about a reply", errorAbout(3, 3, inIpv4(encodeEcho(4, "reply", echo)))],
    ["a cut quotation", errorAbout(3, 3, inIpv4(encodeEcho(4, "request", echo)).subarray(0, 27))],
  ])("IPv4: %s is nothing to us", (_name, message) => {
    expect(decodeIcmp(4, inIpv4(message))).toBeUndefined();
  });
});

it.each([4, 6] as const)("IPv%i: never throws on foreign bytes", (family) => {
  const likely = fc
    .uint8Array({ maxLength: 120 })
    .map((bytes) => (family === 4 ? inIpv4(errorAbout(3, 1, bytes)) : errorAbout(1, 0, bytes)));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), likely), (bytes) => void decodeIcmp(family, bytes)),
  );
});
