import { createHmac, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Hmac,
  type TokenRequest,
  answerLength,
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  fromHex,
  probeKey,
  requestLength,
  runOf,
} from "./token.ts";

const hmac: Hmac = (key, bytes) => createHmac("sha256", key).update(bytes).digest();
const key = randomBytes(32);
const tag = new Uint8Array(randomBytes(16));
const mine = probeKey(hmac, key, tag);
const request: TokenRequest = {
  transport: "udp",
  address: "10.0.0.5",
  port: 162,
  run: new Uint8Array(runOf(hmac, key)),
  tag,
  nonce: new Uint8Array(randomBytes(16)),
};
const line = encodeRequest(hmac, mine, request);

const requests = fc.record({
  transport: fc.constantFrom("tcp" as const, "udp" as const),
  address: fc.oneof(fc.ipV4(), fc.constantFrom("2001:db8::5", "fd00::1", "::1")),
  port: fc.integer({ min: 1, max: 65_535 }),
  nonce: fc.uint8Array({ minLength: 16, maxLength: 16 }),
});

describe("a request", () => {
  it("is read as it was written, whatever it says", () => {
    fc.assert(
      fc.property(requests, (some) => {
        const whole = { ...request, ...some };
        const bytes = encodeRequest(hmac, mine, whole);
        expect(bytes.length).toBe(requestLength);
        const read = decodeRequest(hmac, key, whole.transport, bytes);
        expect(read && { ...read, run: [...read.run], tag: [...read.tag], nonce: [...read.nonce] }).toEqual({
          ...whole,
          run: [...whole.run],
          tag: [...whole.tag],
          nonce: [...whole.nonce],
        });
      }),
    );
  });

  it("of another key, transport or probe is nothing", () => {
    expect(decodeRequest(hmac, randomBytes(32), "udp", line)).toBeUndefined();
    expect(decodeRequest(hmac, key, "tcp", line)).toBeUndefined();
    const other = probeKey(hmac, key, randomBytes(16));
    expect(decodeRequest(hmac, key, "udp", encodeRequest(hmac, other, request))).toBeUndefined();
    const foreign = encodeRequest(hmac, mine, { ...request, run: new Uint8Array(8) });
    expect(decodeRequest(hmac, key, "udp", foreign)).toBeUndefined();
  });

  it("with any byte changed is nothing", () => {
    for (let at = 0; at < line.length; at += 1) {
      for (const change of [1, 0x20, 0x80]) {
        const bent = Uint8Array.from(line);
        bent[at] = (bent[at] ?? 0) ^ change;
        expect(decodeRequest(hmac, key, "udp", bent), `byte ${at}`).toBeUndefined();
      }
    }
  });

  it("cut short, longer or of random bytes is nothing", () => {
    for (let length = 0; length < line.length; length += 1)
      expect(decodeRequest(hmac, key, "udp", line.subarray(0, length))).toBeUndefined();
    expect(decodeRequest(hmac, key, "udp", Uint8Array.of(...line, 10))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 300 }), (bytes) => {
        expect(decodeRequest(hmac, key, "udp", bytes)).toBeUndefined();
        expect(decodeAnswer(hmac, mine, request, bytes)).toBeUndefined();
      }),
    );
  });

  it("fits in what a TCP connection is read for, and says who made it", () => {
    expect(requestLength).toBeLessThanOrEqual(128);
    expect(Buffer.from(line).toString("latin1")).toMatch(/^portmatrix [\w-]+\n$/);
  });
});

describe("an answer", () => {
  const answer = { transport: "udp", from: "192.0.2.7", fromPort: 54_321, ttl: 63, nonce: request.nonce } as const;

  it("is read as it was written, and is never longer than a request", () => {
    const bytes = encodeAnswer(hmac, mine, answer);
    expect(bytes.length).toBe(answerLength);
    expect(answerLength).toBeLessThan(requestLength);
    expect(decodeAnswer(hmac, mine, request, bytes)).toEqual({ from: "192.0.2.7", fromPort: 54_321, ttl: 63 });
  });

  it("to another request, of another key or sent back as it was asked is nothing", () => {
    const bytes = encodeAnswer(hmac, mine, answer);
    expect(decodeAnswer(hmac, mine, { ...request, nonce: new Uint8Array(16) }, bytes)).toBeUndefined();
    expect(decodeAnswer(hmac, randomBytes(32), request, bytes)).toBeUndefined();
    expect(decodeAnswer(hmac, mine, request, line)).toBeUndefined();
  });
});

it("hexadecimal digits are bytes", () => {
  expect([...fromHex("00ff10")]).toEqual([0, 255, 16]);
});
