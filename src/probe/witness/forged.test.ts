import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { errorAbout } from "../../../test/cases/packets.ts";
import { runProbe } from "../flight/in-flight.ts";
import type { Seen } from "../flight/prober.ts";
import { unlessWitnessed } from "./errno-or-witness.ts";
import { type Watch, takeError, startListening, stopListening, watchErrors } from "./witness.ts";

beforeEach(() => void startListening(4));
afterEach(() => stopListening(4));

const forger = "192.0.2.66";
const router = "192.0.2.1";
const place = { sourcePort: 40_001, destination: "198.51.100.7", port: 161 } as const;
const prohibited = [3, 13] as const;
const question = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

interface Sending {
  transport: "tcp" | "udp";
  sent?: readonly Uint8Array[];
  byErrno?: boolean;
}

/** A probe to the place, and what happens once its packet is on the way. */
function watched({ transport, sent, byErrno }: Sending, then: (watch: Watch) => void | Promise<Seen | undefined>) {
  const context = {
    address: place.destination,
    family: 4,
    timeoutMs: 60,
    signal: new AbortController().signal,
  } as const;
  return runProbe(context, (flight) => {
    const watch = watchErrors(flight, {
      transport,
      port: place.port,
      sourcePort: () => place.sourcePort,
      sentAtMs: () => 0,
      byErrno,
      sent: sent === undefined ? undefined : () => sent,
    });
    const later = then(watch as Watch);
    if (later !== undefined) flight.settleWith(later);
  });
}

const udp = (carried: Uint8Array, sourcePort: number = place.sourcePort) =>
  errorAbout(4, prohibited, { ...place, sourcePort, protocol: 17, carried });
const tcp = (code: readonly [number, number], sourcePort: number = place.sourcePort) =>
  errorAbout(4, code, { ...place, sourcePort });
const sweep = (packetOf: (sourcePort: number) => Uint8Array) => {
  for (let port = 50_000; port < 50_010; port += 1) takeError(4, packetOf(port), forger);
};
const doubt = { reporter: forger, icmpCode: "3/13" };

describe("an error about a datagram", () => {
  it.each<[string, readonly Uint8Array[], Uint8Array, string]>([
    ["that quotes all of it", [question], question, "prohibited"],
    ["that quotes all of an earlier one", [question, Uint8Array.of(9, 9)], question, "prohibited"],
    ["that quotes its beginning", [question], question.subarray(0, 4), "prohibited"],
    ["that quotes its ports only", [question], new Uint8Array(0), "prohibited"],
    ["that quotes something else", [question], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 9), "silent"],
    ["that quotes more than there was", [question], Uint8Array.of(...question, 9), "silent"],
    ["that was empty, and quotes nothing", [new Uint8Array(0)], new Uint8Array(0), "prohibited"],
    ["that was empty, and quotes something", [new Uint8Array(0)], question, "silent"],
  ])("%s", async (_, sent, carried, kind) => {
    const seen = await watched({ transport: "udp", sent }, () => takeError(4, udp(carried), forger));
    expect(seen.outcome.kind).toBe(kind);
    expect(seen.evidence.unverifiedError).toEqual(kind === "silent" ? doubt : undefined);
  });

  it("is doubted where somebody tries out ports, unless it quotes what nobody can guess", async () => {
    const sending = { transport: "udp", sent: [question] } as const;
    const doubted = await watched(sending, () => {
      sweep((port) => udp(new Uint8Array(0), port));
      takeError(4, udp(new Uint8Array(0)), forger);
    });
    expect(doubted).toMatchObject({ outcome: { kind: "silent" }, evidence: { unverifiedError: doubt } });
    const proven = await watched(sending, () => takeError(4, udp(question), router));
    expect(proven).toMatchObject({ outcome: { kind: "prohibited" }, evidence: { reporter: router } });
  });

  it("is doubted, too, if it comes before the others", async () => {
    const seen = await watched({ transport: "udp", sent: [new Uint8Array(0)] }, () => {
      takeError(4, udp(new Uint8Array(0)), forger);
      sweep((port) => udp(new Uint8Array(0), port));
    });
    expect(seen).toMatchObject({ outcome: { kind: "silent" }, evidence: { unverifiedError: doubt } });
  });

  const errno: Seen = {
    outcome: { kind: "prohibited", rttMs: 1 },
    evidence: { errno: "EHOSTUNREACH", codeSeen: false },
  };
  it("makes the kernel's errno worth nothing if it is forged, and the wait goes on", async () => {
    const seen = await watched({ transport: "udp", sent: [question] }, (watch) => {
      takeError(4, udp(Uint8Array.of(0)), forger);
      return unlessWitnessed(errno, watch);
    });
    expect(seen).toMatchObject({ outcome: { kind: "silent" }, evidence: { unverifiedError: doubt } });
  });

  it("twin: without a sign of a forger the errno counts", async () => {
    expect(await watched({ transport: "udp", sent: [question] }, (watch) => unlessWitnessed(errno, watch))).toEqual(
      errno,
    );
  });
});

describe("an error about a SYN", () => {
  const sending = { transport: "tcp", byErrno: true } as const;
  const failed = (errno: string): Seen => ({
    outcome: { kind: "unreachable", rttMs: 1 },
    evidence: { errno, codeSeen: false },
  });

  it("is no answer unless the socket itself fails", async () => {
    const seen = await watched(sending, () => takeError(4, tcp(prohibited), forger));
    expect(seen).toMatchObject({ outcome: { kind: "silent" }, evidence: { unverifiedError: doubt } });
    expect(seen.evidence).not.toHaveProperty("reporter");
  });

  it("twin: gives the socket's errno its code and its sender", async () => {
    const seen = await watched(sending, (watch) => {
      takeError(4, tcp(prohibited), router);
      return unlessWitnessed(failed("EHOSTUNREACH"), watch);
    });
    expect(seen).toMatchObject({
      outcome: { kind: "prohibited" },
      evidence: { reporter: router, icmpCode: "3/13", codeSeen: true },
    });
    expect(seen.evidence).not.toHaveProperty("unverifiedError");
  });

  it("tells nothing about an errno that it does not cause", async () => {
    const seen = await watched(sending, (watch) => {
      takeError(4, tcp(prohibited), forger);
      return unlessWitnessed(failed("ENETUNREACH"), watch);
    });
    expect(seen).toEqual(failed("ENETUNREACH"));
  });

  it.each<[string, () => void]>([
    ["there is another one of the same errno", () => takeError(4, tcp([3, 1]), router)],
    ["somebody tries out ports", () => sweep((port) => tcp(prohibited, port))],
  ])("is doubted if %s: the errno stands alone", async (_, other) => {
    const seen = await watched(sending, (watch) => {
      other();
      takeError(4, tcp(prohibited), forger);
      return unlessWitnessed(failed("EHOSTUNREACH"), watch);
    });
    expect(seen.outcome.kind).toBe("unreachable");
    expect(seen.evidence).toEqual({ errno: "EHOSTUNREACH", codeSeen: false, unverifiedError: doubt });
  });

  it("does not turn a reset into a firewall's word", async () => {
    const reset: Seen = {
      outcome: { kind: "refused", rttMs: 1 },
      evidence: { errno: "ECONNREFUSED", codeSeen: false },
    };
    const seen = await watched(sending, (watch) => {
      takeError(4, tcp([3, 3]), forger);
      watch.ttl = 64; // what noting an answer to the SYN does
      return unlessWitnessed(reset, watch);
    });
    expect(seen).toEqual({ outcome: reset.outcome, evidence: { errno: "ECONNREFUSED", ttl: 64 } });
  });
});
