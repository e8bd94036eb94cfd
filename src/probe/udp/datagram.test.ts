import { expect, it } from "vitest";
import type { Outcome } from "../../model/outcome.ts";
import { readFatal, secondTryDelayMs } from "./datagram.ts";

const unreachable: Outcome = { kind: "unreachable", rttMs: 3 };

it.each<[string, string, 4 | 6, Outcome["kind"]]>([
  ["EHOSTUNREACH over IPv4 is a fatal code, and those prohibit", "EHOSTUNREACH", 4, "prohibited"],
  ["ENETUNREACH may be an unknown network", "ENETUNREACH", 4, "unreachable"],
  ["ICMPv6 has its own errno for prohibiting codes", "EHOSTUNREACH", 6, "unreachable"],
])("%s", (_, errno, family, kind) => {
  const seen = readFatal({ outcome: unreachable, evidence: { errno, codeSeen: false } }, family);
  expect(seen).toEqual({ outcome: { kind, rttMs: 3 }, evidence: { errno, codeSeen: false } });
});

it("another outcome stays what it is", () => {
  const refused = { outcome: { kind: "refused", rttMs: 1 }, evidence: { errno: "ECONNREFUSED" } } as const;
  expect(readFatal(refused, 4)).toBe(refused);
});

it.each([
  [3_500, 1_400],
  [2_000, 1_000],
  [500, 300],
])("with %i ms in all the second try waits %i ms", (timeoutMs, delayMs) => {
  expect(secondTryDelayMs(timeoutMs)).toBe(delayMs);
});
