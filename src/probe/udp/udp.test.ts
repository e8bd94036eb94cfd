import { type Socket, createSocket } from "node:dgram";
import { once } from "node:events";
import dnsPacket from "dns-packet";
import { afterEach, describe, expect, it } from "vitest";
import type { ProbeContext } from "../flight/prober.ts";
import { probeUdp } from "./udp.ts";

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

async function bind(address: string, port = 0): Promise<Socket> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  sockets.push(socket);
  socket.bind(port, address);
  await once(socket, "listening");
  return socket;
}

/** A name server's answer with an rcode, or with a wrong id. */
function answer(query: Buffer, rcode: number, idOffset = 0): Buffer {
  const { id = 0, questions = [] } = dnsPacket.decode(query);
  return dnsPacket.encode({ type: "response", id: (id + idOffset) & 0xffff, flags: rcode, questions });
}

const context = (address: string, timeoutMs: number, signal = new AbortController().signal): ProbeContext => ({
  address,
  family: address.includes(":") ? 6 : 4,
  timeoutMs,
  signal,
});

describe.each(["127.0.0.1", "::1"])("UDP to %s", (address) => {
  it("a service that answers is open, and its answer is read", async () => {
    const server = await bind(address);
    server.on("message", (query, { port, address }) => server.send(answer(query, 5), port, address));
    const spec = { kind: "udp", port: server.address().port, payload: "dns" } as const;
    const { outcome, evidence } = await probeUdp(spec, context(address, 3_000));
    expect(outcome).toEqual({ kind: "open", rttMs: expect.any(Number) });
    expect(evidence).toEqual({
      localAddress: address,
      localPort: expect.any(Number),
      replyBytes: 27,
      replyMatches: true,
      replySummary: "REFUSED",
    });
  });

  it.each(["empty", "dns", "ntp"] as const)("%s to a closed port is refused", async (payload) => {
    const server = await bind(address);
    const { port } = server.address();
    sockets.pop()?.close();
    const { outcome, evidence } = await probeUdp({ kind: "udp", port, payload }, context(address, 3_000));
    expect(outcome.kind).toBe("refused");
    expect(evidence.errno).toBe("ECONNREFUSED");
  });
});

describe("silence", () => {
  it("of the empty payload is two datagrams and the whole deadline, also if that is short", async () => {
    const server = await bind("127.0.0.1");
    const got: number[] = [];
    server.on("message", (bytes) => got.push(bytes.length));
    const { port } = server.address();
    const { outcome } = await probeUdp({ kind: "udp", port, payload: "empty" }, context("127.0.0.1", 400));
    expect(outcome).toEqual({ kind: "silent", waitedMs: expect.any(Number) });
    expect(got).toEqual([0, 0]);
  });

  it.each([
    [true, 1, undefined],
    [false, 2, 2],
  ])(
    "of the empty payload is tried again unless that could do harm (%s: %i datagrams)",
    async (careful, count, tries) => {
      const server = await bind("127.0.0.1");
      const sources = new Set<number>();
      server.on("message", (_bytes, { port }) => sources.add(port));
      const { port } = server.address();
      const spec = { kind: "udp", port, payload: "empty" } as const;
      const { outcome, evidence } = await probeUdp(spec, { ...context("127.0.0.1", 1_800), careful });
      expect([outcome.kind, evidence.tries, sources.size]).toEqual(["silent", tries, count]);
    },
  );

  it("of a question is asked again from another port with another id", async () => {
    const server = await bind("127.0.0.1");
    const got: { port: number; id: number | undefined }[] = [];
    server.on("message", (query, { port }) => got.push({ port, id: dnsPacket.decode(query).id }));
    const { port } = server.address();
    const { outcome } = await probeUdp({ kind: "udp", port, payload: "dns" }, context("127.0.0.1", 400));
    expect(outcome.kind).toBe("silent");
    expect(new Set(got.map((query) => query.port)).size).toBe(2);
  });
});

describe("two tries, a second apart", () => {
  const ask = async (server: Socket, timeoutMs: number) => {
    const spec = { kind: "udp", port: server.address().port, payload: "dns" } as const;
    const { outcome, evidence } = await probeUdp(spec, context("127.0.0.1", timeoutMs));
    return [outcome.kind, evidence.tries];
  };

  it("are said of silence, and of an answer to the second", async () => {
    const [mute, late] = [await bind("127.0.0.1"), await bind("127.0.0.1")];
    let queries = 0;
    late.on("message", (query, { port, address }) => {
      queries += 1;
      if (queries === 2) late.send(answer(query, 0), port, address);
    });
    expect(await Promise.all([ask(mute, 1_800), ask(late, 1_800)])).toEqual([
      ["silent", 2],
      ["open", 2],
    ]);
  });

  it("are not said where the deadline leaves less than that between them", async () => {
    expect(await ask(await bind("127.0.0.1"), 900)).toEqual(["silent", undefined]);
  });
});

describe("answers from elsewhere", () => {
  /** A multihomed service: asked at 127.0.0.1, it answers from 127.0.0.2 on the same port. */
  async function multihomed(idOffset: number): Promise<number> {
    const asked = await bind("127.0.0.1");
    const other = await bind("127.0.0.2", asked.address().port);
    asked.on("message", (query, { port, address }) => other.send(answer(query, 0, idOffset), port, address));
    return asked.address().port;
  }

  it("with our id are open and name the other address", async () => {
    const port = await multihomed(0);
    const { outcome, evidence } = await probeUdp({ kind: "udp", port, payload: "dns" }, context("127.0.0.1", 600));
    expect(outcome.kind).toBe("open");
    expect(evidence).toMatchObject({ replyFrom: "127.0.0.2", replyMatches: true, replySummary: "NOERROR" });
  });

  it("with a wrong id count for nothing", async () => {
    const port = await multihomed(1);
    const { outcome } = await probeUdp({ kind: "udp", port, payload: "dns" }, context("127.0.0.1", 600));
    expect(outcome.kind).toBe("silent");
  });
});

it("any bytes from the target are open, but do not match", async () => {
  const server = await bind("127.0.0.1");
  server.on("message", (_query, { port, address }) => server.send("what?", port, address));
  const spec = { kind: "udp", port: server.address().port, payload: "ntp" } as const;
  const { outcome, evidence } = await probeUdp(spec, context("127.0.0.1", 3_000));
  expect(outcome.kind).toBe("open");
  expect(evidence).toMatchObject({ replyBytes: 5, replyMatches: false });
});

it("NTP: the nonce that comes back proves the answer", async () => {
  const server = await bind("127.0.0.1");
  server.on("message", (request, { port, address }) => {
    const reply = Buffer.alloc(48);
    reply.set([0x24, 2]);
    request.copy(reply, 24, 40, 48);
    server.send(reply, port, address);
  });
  const spec = { kind: "udp", port: server.address().port, payload: "ntp" } as const;
  const { evidence } = await probeUdp(spec, context("127.0.0.1", 3_000));
  expect(evidence).toMatchObject({ replyMatches: true, replySummary: "stratum 2" });
});

it("an interrupted probe is unsent at once", async () => {
  const controller = new AbortController();
  const server = await bind("127.0.0.1");
  server.on("message", () => controller.abort());
  const spec = { kind: "udp", port: server.address().port, payload: "dns" } as const;
  const { outcome } = await probeUdp(spec, context("127.0.0.1", 15_000, controller.signal));
  expect(outcome).toMatchObject({ kind: "unsent", cause: "aborted" });
});
