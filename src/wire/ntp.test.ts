import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockOffsetMs, decodeNtpReply, encodeNtpRequest, readTimeServer, summariseNtpReply } from "./ntp.ts";

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

/** A reply whose server has the given time, in milliseconds since 1970, at both of its ends. */
function timed(receivedAt: number, transmittedAt: number, [leap, stratum, reference] = [0, 2, "GPS\0"]): Uint8Array {
  const bytes = answer(Number(leap), Number(stratum), String(reference));
  const view = new DataView(bytes.buffer);
  for (const [at, time] of [
    [32, receivedAt],
    [40, transmittedAt],
  ] as const) {
    view.setUint32(at, (Math.floor(time / 1_000) + 2_208_988_800) % 2 ** 32);
    view.setUint32(at + 4, ((time % 1_000) / 1_000) * 2 ** 32);
  }
  return bytes;
}

const read = (bytes: Uint8Array) => {
  const reply = decodeNtpReply(bytes);
  if (reply === undefined) throw new Error("no reply");
  return reply;
};
const now = Date.UTC(2026, 10, 21, 12);

describe("the offset of two clocks", () => {
  it.each([
    ["none, 40 ms on the way", 0, 0],
    ["a second and a half ahead", 1_500, 1_500],
    ["an hour behind", -3_600_000, -3_600_000],
    ["ten years ahead", 315_360_000_000, 315_360_000_000],
  ])("%s", (_name, ahead, offset) => {
    const reply = read(timed(now + 20 + ahead, now + 20 + ahead));
    expect(clockOffsetMs(reply, now, now + 40)).toBe(offset);
  });

  it("is read across the end of an era", () => {
    const after = Date.UTC(2036, 1, 7, 6, 28, 16) + 500; // the era ends at 06:28:16
    expect(clockOffsetMs(read(timed(after, after)), after - 600, after - 600)).toBe(600);
    expect(clockOffsetMs(read(timed(after - 600, after - 600)), after, after)).toBe(-600);
  });

  it("is halved where the ways are not equally long", () => {
    expect(clockOffsetMs(read(timed(now, now)), now - 100, now)).toBe(50);
  });
});

describe("what a time server says of itself", () => {
  it.each([
    ["a good one", timed(now, now), { finding: "verified", saw: "stratum 2", clockOffsetMs: 0 }],
    ["a second off", timed(now + 1_000, now + 1_000), { finding: "verified", saw: "stratum 2", clockOffsetMs: 1_000 }],
    [
      "more than that",
      timed(now - 1_001, now - 1_001),
      { finding: "clock-differs", saw: "stratum 2", clockOffsetMs: -1_001 },
    ],
    ["a kiss of death", timed(now, now, [3, 0, "RATE"]), { finding: "not-ready", saw: "kiss RATE" }],
    ["unsynchronised", timed(now, now, [3, 2, "GPS"]), { finding: "not-ready", saw: "stratum 2, not synchronised" }],
    [
      "without a clock",
      timed(now, now, [0, 16, "INIT"]),
      { finding: "not-ready", saw: "stratum 16, not synchronised" },
    ],
    ["without a time", answer(0, 2), { finding: "other-answer", saw: "stratum 2, but no time" }],
  ])("%s", (_name, bytes, evidence) => {
    expect(readTimeServer(read(bytes), now, now)).toEqual({ name: "ntp", ...evidence });
  });

  it.each([
    ["an answer that was 2.2 s on its way back proves no other time", now, "verified"],
    ["twin: two seconds more do", now - 2_000, "clock-differs"],
  ])("%s", (_name, theirs, finding) => {
    expect(readTimeServer(read(timed(theirs, theirs)), now, now + 2_200)).toMatchObject({ finding });
  });

  it("is a finite offset, whatever it says", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 47, maxLength: 47 }), (rest) => {
        const { clockOffsetMs = 0, saw = "" } = readTimeServer(read(Uint8Array.of(0x24, ...rest)), now, now + 5);
        expect(Math.abs(clockOffsetMs)).toBeLessThanOrEqual(2 ** 31 * 1_000 + 10);
        expect(saw).not.toMatch(/[\p{Cc}\u202e]/u);
      }),
    );
  });
});
