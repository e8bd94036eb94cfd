import { createHmac, randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { type Socket, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ResponderEvent, ResponderPlace } from "../model/run/responder.ts";
import { type Hmac, decodeAnswer, encodeRequest, probeKey, requestLength, runOf } from "../wire/responder/token.ts";
import { startFarWorker } from "../../test/cases/far-sockets.ts";
import type { Listening } from "../sockets/listening.ts";
import { listeningHere } from "./here.ts";
import { type Responder, respond } from "./respond.ts";

const hmac: Hmac = (key, bytes) => createHmac("sha256", key).update(bytes).digest();
const key = randomBytes(32);
const tag = new Uint8Array(randomBytes(16));
const mine = probeKey(hmac, key, tag);
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

const running: Responder[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

/** All who can listen, held to the same behaviour. */
const listeners: Record<
  "node" | "python" | "perl",
  () => Promise<{ listening: Listening; end?: () => Promise<unknown> }>
> = {
  node: () => Promise.resolve({ listening: listeningHere() }),
  python: () => startFarWorker("python"),
  perl: () => startFarWorker("perl"),
};
let listening: Listening;

/** A port that nobody has; a moment later somebody else may, which is why it is asked for right before. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function start(
  order: { protocol: "tcp" | "udp"; port: number; address?: string; releaseAfter?: string[] }[],
  forMs = 20_000,
  more: { looksOnly?: true; counts?: { port: number; everyMs: number } } = {},
) {
  const events: ResponderEvent[] = [];
  let onReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (onReady = resolve));
  const places = order.map((one) => ({ address: "127.0.0.1", ...one }));
  const responder = respond({ key: toHex(key), places, forMs, watchEveryMs: 100, ...more }, listening, (event) => {
    events.push(event);
    if (event.kind === "ready" || event.kind === "ended") onReady();
  });
  running.push(responder);
  await ready;
  const placesNow = (): ResponderPlace[] => events.flatMap((event) => (event.kind === "place" ? event.place : []));
  const arrivals = () => events.flatMap((event) => (event.kind === "arrival" ? event.arrival : []));
  return { responder, events, places: placesNow, arrivals };
}

const requestFor = (
  transport: "tcp" | "udp",
  port: number,
  more: { key?: Uint8Array; nonce?: Uint8Array; address?: string } = {},
) => {
  const nonce = more.nonce ?? new Uint8Array(randomBytes(16));
  const address = more.address ?? "127.0.0.1";
  const line = encodeRequest(hmac, more.key ?? mine, { transport, address, port, run: runOf(hmac, key), tag, nonce });
  return { line, nonce };
};

/** What comes back for each datagram, in the order in which it comes. */
async function sendUdp(port: number, datagrams: readonly Uint8Array[], waitMs = 300): Promise<Buffer[]> {
  const socket = createSocket("udp4");
  const got: Buffer[] = [];
  socket.on("message", (bytes) => got.push(bytes));
  for (const one of datagrams) await new Promise((sent) => socket.send(one, port, "127.0.0.1", sent));
  await sleep(waitMs);
  socket.close();
  return got;
}

/** What comes back for some bytes over TCP, and how it ended after how long. */
function sendTcp(port: number, bytes: Uint8Array | undefined): Promise<{ got: Buffer; ending: string; ms: number }> {
  return new Promise((resolve) => {
    const since = performance.now();
    let got = Buffer.alloc(0);
    const socket: Socket = connect({ port, host: "127.0.0.1" }, () => bytes !== undefined && socket.write(bytes));
    socket.on("data", (chunk: Buffer) => (got = Buffer.concat([got, chunk])));
    const end = (ending: string) => resolve({ got, ending, ms: performance.now() - since });
    socket.on("end", () => end("closed"));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? "?"));
  });
}

describe.each(["node", "python", "perl"] as const)("%s", (name) => {
  let end: (() => Promise<unknown>) | undefined;
  beforeAll(async () => {
    ({ listening, end } = await listeners[name]());
  });
  afterAll(() => end?.());

  describe("a request that proves itself", () => {
    it.each(["tcp", "udp"] as const)(
      "is answered over %s with what was seen of its sender, and told of",
      async (transport) => {
        const port = await freePort();
        const { arrivals, places } = await start([{ protocol: transport, port }]);
        expect(places()).toEqual([
          { protocol: transport, asked: "127.0.0.1", address: "127.0.0.1", port, state: "held" },
        ]);
        const { line, nonce } = requestFor(transport, port);
        const got = transport === "udp" ? (await sendUdp(port, [line]))[0] : (await sendTcp(port, line)).got;
        expect(decodeAnswer(hmac, mine, { transport, nonce }, got ?? Buffer.alloc(0))).toMatchObject({
          from: "127.0.0.1",
        });
        expect(got?.length).toBeLessThan(line.length);
        expect(arrivals()).toEqual([
          expect.objectContaining({ how: "token", protocol: transport, port, from: "127.0.0.1", tag: toHex(tag) }),
        ]);
        expect(arrivals()[0]).not.toHaveProperty("askedAddress");
      },
    );

    it("that was sent to another address and port says so", async () => {
      const port = await freePort();
      const { arrivals } = await start([{ protocol: "udp", port }]);
      await sendUdp(port, [requestFor("udp", 162, { address: "192.0.2.9" }).line]);
      expect(arrivals()).toMatchObject([{ askedAddress: "192.0.2.9", askedPort: 162, port }]);
    });
  });

  describe("everything else gets silence", () => {
    it("over UDP: junk, another key, and what was there before", async () => {
      const port = await freePort();
      const { arrivals } = await start([{ protocol: "udp", port }]);
      const once = requestFor("udp", port).line;
      const junk = [
        new Uint8Array(0),
        randomBytes(requestLength),
        Buffer.from("portmatrix ".padEnd(requestLength - 1, "A").concat("\n")),
        requestFor("udp", port, { key: probeKey(hmac, randomBytes(32), tag) }).line,
        requestFor("tcp", port).line,
      ];
      expect(await sendUdp(port, junk)).toEqual([]);
      expect(arrivals()).toEqual([]);
      expect(await sendUdp(port, [once, once, once])).toHaveLength(1);
      expect(arrivals()).toHaveLength(1);
    });

    it("over UDP from the first moment: what comes while the port is being taken is not told of before that", async () => {
      const port = await freePort();
      const flood = createSocket("udp4");
      const form = Buffer.from("portmatrix ".padEnd(requestLength - 1, "A").concat("\n"));
      const timer = setInterval(() => {
        for (let at = 0; at < 50; at += 1) flood.send(form, port, "127.0.0.1", () => undefined);
      }, 1);
      await sleep(50);
      const { places, arrivals } = await start([{ protocol: "udp", port }]);
      clearInterval(timer);
      expect(places()).toMatchObject([{ state: "held" }]);
      await sleep(100);
      expect(await sendUdp(port, [requestFor("udp", port).line])).toHaveLength(1);
      expect(arrivals()).toHaveLength(1);
      flood.close();
    });

    it("over TCP: a reset at the first byte that is wrong, or after two seconds", async () => {
      const port = await freePort();
      await start([{ protocol: "tcp", port }]);
      for (const bytes of [
        Buffer.from("GET / HTTP/1.0\r\n\r\n"),
        randomBytes(100_000),
        Buffer.from("portmatrix ".padEnd(requestLength, "A")),
      ]) {
        const { got, ending, ms } = await sendTcp(port, bytes);
        expect({ got: got.length, ending }).toEqual({ got: 0, ending: expect.stringMatching(/ECONNRESET|EPIPE/) });
        expect(ms).toBeLessThan(1_500);
      }
      const idle = await sendTcp(port, undefined);
      expect(idle.ending).toBe("ECONNRESET");
      expect(idle.ms).toBeGreaterThan(1_800);
    });

    it("does not keep a sender who speaks at once from its turn, however many wait", async () => {
      const port = await freePort();
      const { arrivals } = await start([{ protocol: "tcp", port }]);
      const idle = Array.from({ length: 600 }, () => connect({ port, host: "127.0.0.1" }).on("error", () => undefined));
      await sleep(300);
      const { line, nonce } = requestFor("tcp", port);
      const { got } = await sendTcp(port, line);
      expect(decodeAnswer(hmac, mine, { transport: "tcp", nonce }, got)).toBeDefined();
      expect(arrivals()).toHaveLength(1);
      for (const one of idle) one.destroy();
    });
  });

  describe("a port that somebody has", () => {
    it("is left alone, over both transports, and its holder is named", async () => {
      const service = createServer((socket) => socket.end("mine")).listen(0, "127.0.0.1");
      await new Promise((resolve) => service.once("listening", resolve));
      const { port } = service.address() as { port: number };
      const datagrams = createSocket({ type: "udp4", reuseAddr: true });
      await new Promise<void>((resolve) => datagrams.bind(port, "127.0.0.1", () => resolve()));
      const received: string[] = [];
      datagrams.on("message", (bytes) => received.push(bytes.toString()));
      const { places } = await start([
        { protocol: "tcp", port },
        { protocol: "udp", port },
      ]);
      for (const place of places())
        expect(place).toMatchObject({
          state: "in-use",
          errno: "EADDRINUSE",
          boundTo: ["127.0.0.1"],
          holders: [expect.stringMatching(/node|vitest/)],
        });
      expect((await sendTcp(port, undefined)).got.toString()).toBe("mine");
      await sendUdp(port, [Buffer.from("yours")]);
      expect(received).toEqual(["yours"]);
      datagrams.close();
      service.close();
    });

    it("on loopback alone does not keep the responder from another address, and is told", async () => {
      const service = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => service.once("listening", resolve));
      const { port } = service.address() as { port: number };
      const { places } = await start([{ protocol: "tcp", port, address: "127.0.0.2" }]);
      expect(places()).toMatchObject([{ state: "held" }]);
      service.close();
    });

    it("an address of another machine, and a name that nobody has, are none of its business", async () => {
      const { places } = await start([
        { protocol: "tcp", port: 9, address: "192.0.2.1" },
        { protocol: "udp", port: 9, address: "no-such-host.invalid" },
      ]);
      expect(
        places()
          .map(({ state, errno }) => `${state} ${errno}`)
          .toSorted(),
      ).toEqual(["failed ENOTFOUND", "not-here EADDRNOTAVAIL"]);
    });
  });

  describe("it gives everything back", () => {
    it("a port as soon as each probe that was to come has come", async () => {
      const port = await freePort();
      const { places } = await start([{ protocol: "udp", port, releaseAfter: [toHex(tag)] }]);
      expect(await sendUdp(port, [requestFor("udp", port).line])).toHaveLength(1);
      expect(places().map(({ state }) => state)).toEqual(["held", "released"]);
      expect(await sendUdp(port, [requestFor("udp", port).line])).toEqual([]);
    });

    it.each(["tcp", "udp"] as const)("so that the next one has its port over %s at once", async (protocol) => {
      const port = await freePort();
      for (let round = 0; round < 8; round += 1) {
        const { responder, places } = await start([{ protocol, port }]);
        expect(places()).toMatchObject([{ state: "held" }]);
        void responder.stop();
      }
    });

    it("at once where it only looks who has the ports", async () => {
      const port = await freePort();
      const { places } = await start([{ protocol: "udp", port }], undefined, { looksOnly: true });
      expect(places().map(({ state }) => state)).toEqual(["held"]);
      expect(await sendUdp(port, [requestFor("udp", port).line])).toEqual([]);
      const second = await start([{ protocol: "udp", port }]);
      expect(second.places().map(({ state }) => state)).toEqual(["held"]);
    });

    it("and counts what the kernel hands over, with what waits at the port, while nobody reads it", async () => {
      const service = createSocket("udp4");
      await new Promise<void>((resolve) => service.bind(0, "127.0.0.1", resolve));
      const { port } = service.address();
      const { events } = await start([], undefined, { counts: { port, everyMs: 50 } });
      const counts = () => events.flatMap((event) => (event.kind === "counts" ? event.counts.datagrams : []));
      await expect.poll(() => counts().length).toBeGreaterThan(1);
      const before = counts().at(-1) ?? 0;
      const sender = createSocket("udp4");
      sender.send("x", port, "127.0.0.1");
      await expect.poll(() => counts().at(-1)).toBeGreaterThan(before);
      sender.close();
      service.close();
    });

    it("when it is stopped, and when its time is over", async () => {
      const port = await freePort();
      const first = await start([{ protocol: "tcp", port }]);
      await first.responder.stop();
      await sleep(50); // the order is under way
      await expect.poll(async () => (await sendTcp(port, undefined)).ending).toBe("ECONNREFUSED");
      const second = await start([{ protocol: "tcp", port }], 1_500);
      await second.responder.ended;
      await sleep(50);
      expect(second.events.at(-1)).toEqual({ kind: "ended", detail: "its time is over" });
      await expect.poll(async () => (await sendTcp(port, undefined)).ending).toBe("ECONNREFUSED");
    });
  });
});
