import { type Server, type Socket, createServer } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import type { ProbeContext } from "../flight/prober.ts";
import { probeTcp } from "./tcp.ts";

/** Something that happens later, to be awaited. */
function signal<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => (resolve = settle));
  return { promise, resolve };
}

const servers: Server[] = [];
const held: Socket[] = [];
afterEach(() => {
  for (const socket of held.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A listener on a free port; the sockets it accepts are closed after the test. */
async function listen(address: string, serve: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    held.push(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  servers.push(server);
  server.listen(0, address);
  await once(server, "listening");
  return (server.address() as { port: number }).port;
}

async function closedPort(address: string): Promise<number> {
  const port = await listen(address, () => undefined);
  const server = servers.pop();
  server?.close();
  if (server) await once(server, "close");
  return port;
}

const context = (address: string, timeoutMs = 3_000, signal = new AbortController().signal): ProbeContext => ({
  address,
  family: address.includes(":") ? 6 : 4,
  timeoutMs,
  signal,
});

describe.each(["127.0.0.1", "::1"])("TCP to %s", (address) => {
  it("a listener is open, and the connection is reset at once", async () => {
    const ended = signal<string>();
    const port = await listen(address, (socket) => {
      socket.on("error", (error: NodeJS.ErrnoException) => ended.resolve(error.code ?? ""));
      socket.on("end", () => ended.resolve("end"));
      socket.resume();
    });
    const { outcome, evidence } = await probeTcp({ kind: "tcp", port }, context(address));
    expect(outcome).toEqual({ kind: "open", rttMs: expect.any(Number) });
    expect(evidence).toEqual({ localAddress: address, localPort: expect.any(Number) });
    expect(await ended.promise).toBe("ECONNRESET");
  });

  it("no listener is refused", async () => {
    const port = await closedPort(address);
    const { outcome, evidence } = await probeTcp({ kind: "tcp", port }, context(address));
    expect(outcome.kind).toBe("refused");
    expect(evidence.errno).toBe("ECONNREFUSED");
  });
});

describe("a request", () => {
  const request = "GET status\n";

  it("is followed by a half-close, and the whole answer is read", async () => {
    const port = await listen("127.0.0.1", (socket) => {
      let got = "";
      socket.setEncoding("utf8").on("data", (text: string) => (got += text));
      socket.on("end", () => socket.end(`got ${got}\u001B[31mred`));
    });
    const { outcome, evidence } = await probeTcp({ kind: "tcp", port, request }, context("127.0.0.1"));
    expect(outcome.kind).toBe("open");
    expect(evidence).toMatchObject({ replyBytes: 23, replySummary: "got GET status [31mred" });
  });

  it("stops after 4 KiB", async () => {
    const port = await listen("127.0.0.1", (socket) => void socket.write("x".repeat(100_000)));
    const { evidence } = await probeTcp({ kind: "tcp", port, request }, context("127.0.0.1"));
    expect(evidence.replyBytes).toBe(4_096);
    expect(evidence.replySummary).toHaveLength(60);
  });

  it.each<[string, (socket: Socket) => void, string, string | undefined]>([
    ["closes", (socket) => void socket.resume().end(), "closed without a reply", undefined],
    ["resets", (socket) => void socket.resetAndDestroy(), "reset right after the handshake", "ECONNRESET"],
    [
      "resets when it is asked",
      (socket) => void socket.on("data", () => socket.resetAndDestroy()),
      "reset without a reply",
      "ECONNRESET",
    ],
  ])("a listener that %s is open without a reply", async (_name, serve, replySummary, errno) => {
    const port = await listen("127.0.0.1", serve);
    const { outcome, evidence } = await probeTcp({ kind: "tcp", port, request }, context("127.0.0.1"));
    expect(outcome.kind).toBe("open");
    expect(evidence).toMatchObject({ replyBytes: 0, replySummary });
    expect(evidence.errno).toBe(errno);
  });

  it("a listener that says nothing is open within the deadline", async () => {
    const port = await listen("127.0.0.1", (socket) => void socket.resume());
    const { outcome, evidence } = await probeTcp({ kind: "tcp", port, request }, context("127.0.0.1", 300));
    expect(outcome.kind).toBe("open");
    expect(evidence).toMatchObject({ replyBytes: 0, replySummary: expect.stringMatching(/^no reply within \d+ ms$/) });
  });
});

it("an interrupted probe is unsent, and its socket is closed", async () => {
  const controller = new AbortController();
  const closed = signal<void>();
  const port = await listen("127.0.0.1", (socket) => {
    socket.resume().on("close", () => closed.resolve(undefined));
    socket.on("end", () => controller.abort());
  });
  const spec = { kind: "tcp", port, request: "hello" } as const;
  const { outcome } = await probeTcp(spec, context("127.0.0.1", 15_000, controller.signal));
  expect(outcome).toMatchObject({ kind: "unsent", cause: "aborted" });
  held[0]?.end();
  await closed.promise;
});
