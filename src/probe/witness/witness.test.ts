import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { errorAbout, ipv4, segment } from "../../../test/cases/packets.ts";
import { unlessWitnessed } from "./errno-or-witness.ts";
import { echoSocket } from "../icmp/raw.ts";
import { runProbe } from "../flight/in-flight.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { closeProbers, probe } from "../probers.ts";
import { listenForSynAnswers } from "./syn-answers.ts";
import {
  type Watch,
  takeError,
  takeSegment,
  startListening,
  stopListening,
  stopWatching,
  watchErrors,
} from "./witness.ts";

const context = (address: string, timeoutMs = 60): ProbeContext => ({
  address,
  family: address.includes(":") ? 6 : 4,
  timeoutMs,
  signal: new AbortController().signal,
});
const router = "192.0.2.1";
const target = "198.51.100.7";
const place = { sourcePort: 40_001, destination: target, port: 6556 } as const;
const prohibited = [3, 13] as const;

/** A probe that is silent unless the witness ends it; `then` is what happens once its packet is on the way. */
function watched(
  transport: "tcp" | "udp",
  sourcePort: number,
  then: (watch: Watch | undefined) => void,
  address: string = target,
): Promise<Seen> {
  return runProbe(context(address), (flight) => {
    const watch = watchErrors(flight, { transport, port: 6556, sourcePort: () => sourcePort, sentAtMs: () => 0 });
    then(watch);
  });
}

describe("the witness", () => {
  beforeEach(() => void startListening(4));
  afterEach(() => {
    stopListening(4);
    stopListening(6);
  });

  it("ends the probe that the error quotes, and names code and sender", async () => {
    const seen = await watched("tcp", 40_001, () => takeError(4, errorAbout(4, prohibited, place), router));
    expect(seen).toEqual({
      outcome: { kind: "prohibited", rttMs: expect.any(Number) },
      evidence: { localPort: 40_001, reporter: router, icmpCode: "3/13", codeSeen: true },
    });
  });

  it("over IPv6 as well", async () => {
    startListening(6);
    const there = { ...place, protocol: 17, destination: "2001:db8::7" };
    const packet = errorAbout(6, [1, 4], there);
    const seen = await watched("udp", 40_001, () => takeError(6, packet, "2001:db8::1"), "2001:db8::7");
    expect(seen.outcome.kind).toBe("refused");
    expect(seen.evidence).toMatchObject({ reporter: "2001:db8::1", icmpCode: "1/4" });
  });

  it.each([
    ["another source port", { ...place, sourcePort: 40_002 }, prohibited],
    ["another port", { ...place, port: 6557 }, prohibited],
    ["another address", { ...place, destination: "198.51.100.8" }, prohibited],
    ["another transport", { ...place, protocol: 17 }, prohibited],
    ["a larger packet than the path takes", place, [3, 4] as const],
  ])("leaves a probe alone for an error about %s", async (_, about, code) => {
    const seen = await watched("tcp", 40_001, () => takeError(4, errorAbout(4, code, about), router));
    expect(seen.outcome.kind).toBe("silent");
  });

  it("tells sockets to the same place apart, whichever comes and goes", async () => {
    const watches: (Watch | undefined)[] = [];
    const all = [40_001, 40_002, 40_003].map((port) => watched("tcp", port, (watch) => watches.push(watch)));
    if (watches[1] !== undefined) stopWatching(watches[1]);
    for (const sourcePort of [40_003, 40_002, 40_001]) {
      takeError(4, errorAbout(4, prohibited, { ...place, sourcePort }), router);
    }
    const outcomes = (await Promise.all(all)).map(({ outcome }) => outcome.kind);
    expect(outcomes).toEqual(["prohibited", "silent", "prohibited"]);
  });

  it("forgets a probe that has ended", async () => {
    await watched("tcp", 40_001, () => takeError(4, errorAbout(4, prohibited, place), router));
    let asked = 0;
    const other = runProbe(context(target), (flight) => {
      const sourcePort = () => (asked += 1);
      watchErrors(flight, { transport: "tcp", port: 6556, sourcePort, sentAtMs: () => 0 });
      takeError(4, errorAbout(4, prohibited, place), router);
    });
    expect((await other).outcome.kind).toBe("silent");
    expect(asked).toBe(1);
  });

  it("notes how far the answer to a SYN came, for the right one", async () => {
    let noted: Watch | undefined;
    await watched("tcp", 40_001, (watch) => {
      noted = watch;
      const reset = (ttl: number, destinationPort: number) =>
        takeSegment(
          ipv4({
            protocol: 6,
            source: target,
            destination: router,
            ttl,
            payload: segment(6556, destinationPort, 0x14),
          }),
        );
      reset(50, 40_002);
      reset(61, 40_001);
      reset(60, 40_001);
    });
    expect(noted?.ttl).toBe(61);
  });

  it("watches nothing where no raw socket listens", async () => {
    stopListening(4);
    let watch: Watch | undefined;
    await watched("tcp", 40_001, (one) => (watch = one));
    expect(watch).toBeUndefined();
  });

  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const mine = own.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
  it.each([
    ["a rule of this machine is this side's", prohibited, { kind: "unsent", cause: "local-firewall" }],
    ["nobody answering ARP is the network's", [3, 1] as const, { kind: "unreachable" }],
  ])("an error from an own address: %s", async (_, code, outcome) => {
    const seen = await watched("udp", 40_001, () =>
      takeError(4, errorAbout(4, code, { ...place, protocol: 17 }), mine),
    );
    expect(seen.outcome).toMatchObject(outcome);
    expect(seen.evidence).toMatchObject({ reporter: mine, localAddress: mine, codeSeen: true });
  });

  it("an error about a packet to this machine itself comes from the target", async () => {
    const home = { ...place, destination: "127.0.0.9" };
    const seen = await watched(
      "tcp",
      40_001,
      () => takeError(4, errorAbout(4, prohibited, home), "127.0.0.9"),
      "127.0.0.9",
    );
    expect(seen.outcome.kind).toBe("prohibited");
  });
});

describe("an errno", () => {
  const refused: Seen = {
    outcome: { kind: "refused", rttMs: 1 },
    evidence: { errno: "ECONNREFUSED", codeSeen: false },
  };
  const watch = (transport: "tcp" | "udp", ttl?: number) =>
    ({ transport, flight: { context: { family: 4 } }, ...(ttl === undefined ? {} : { ttl }) }) as unknown as Watch;
  beforeEach(() => void startListening(4));
  afterEach(() => void stopListening(4));

  it.each([
    ["without a witness says that no code was seen", undefined, { errno: "ECONNREFUSED", codeSeen: false }],
    ["of TCP without an ICMP error was a reset", watch("tcp"), { errno: "ECONNREFUSED" }],
    ["of TCP has the reset's time to live", watch("tcp", 61), { errno: "ECONNREFUSED", ttl: 61 }],
    ["of UDP always was an ICMP error", watch("udp"), { errno: "ECONNREFUSED", codeSeen: false }],
  ])("%s", async (_, by, evidence) => {
    expect(await unlessWitnessed(refused, by)).toEqual({ outcome: refused.outcome, evidence });
  });

  it("of TCP is no known reset if the witness went deaf meanwhile", async () => {
    stopListening(4);
    expect(await unlessWitnessed(refused, watch("tcp"))).toEqual(refused);
  });
});

describe("on loopback, where raw sockets are allowed", () => {
  const required = process.env["PORTMATRIX_REQUIRE_NET"] === "1";
  let whyNot: string | undefined;
  beforeEach(async (test) => {
    const opening = await echoSocket(4);
    whyNot = opening.kind === "none" ? opening.why : undefined;
    if (whyNot !== undefined && !required) test.skip(whyNot);
  });
  afterEach(closeProbers);

  it.each([
    ["127.0.0.1", "3/3"],
    ["::1", "1/4"],
  ])("a closed UDP port of %s is refused by the address itself", async (address, icmpCode) => {
    const socket = createSocket(address === "::1" ? "udp6" : "udp4");
    await new Promise<void>((resolve) => socket.bind(0, address, resolve));
    const { port } = socket.address();
    socket.close();
    const seen = await probe({ kind: "udp", port, payload: "dns" }, context(address, 3_000));
    expect(seen.outcome.kind).toBe("refused");
    expect(seen.evidence).toMatchObject({ reporter: address, icmpCode, codeSeen: true });
  });

  it("an open TCP port is open as ever, and its distance to itself is no evidence", async () => {
    const server = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const seen = await probe({ kind: "tcp", port }, context("127.0.0.1", 3_000));
    server.close();
    expect(seen.outcome.kind).toBe("open");
    expect(seen.evidence).toEqual({ localAddress: "127.0.0.1", localPort: expect.any(Number) });
  });

  it("listening to TCP ends where there is too much to read", async () => {
    const server = createServer((socket) => void socket.on("error", () => undefined).end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    let asked = 0;
    const listening = await listenForSynAnswers(5, () => (asked += 1));
    for (let round = 0; round < 10; round += 1) await probe({ kind: "tcp", port }, context("127.0.0.1", 3_000));
    const before = asked;
    for (let round = 0; round < 100; round += 1) await probe({ kind: "tcp", port }, context("127.0.0.1", 3_000));
    expect(asked).toBe(before); // nothing more was read, or the clock would have been asked
    listening.close();
    server.close();
  });
});
