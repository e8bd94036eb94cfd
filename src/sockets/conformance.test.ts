import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type WorkerName, startFarWorker } from "../../test/cases/far-sockets.ts";
import { whyNoPowershell } from "../../test/cases/powershell.ts";
import { here } from "./here.ts";
import type { DatagramMode, Received, SocketError, Sockets, TcpSocket } from "./sockets.ts";

interface Place {
  sockets: () => Sockets;
  close: () => Promise<unknown>;
}
const far = async (name: WorkerName): Promise<Place> => {
  const worker = await startFarWorker(name);
  return { sockets: worker.forProbe, close: worker.end };
};
/** Where there is none, src/vantage/start/powershell.test.ts says so. */
const withPowershell: [string, () => Promise<Place>][] =
  whyNoPowershell === undefined ? [["a worker in PowerShell", () => far("powershell")]] : [];
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function listen(onConnection: (socket: Socket) => void, address = "127.0.0.1"): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => undefined);
    closers.push(() => socket.destroy());
    onConnection(socket);
  });
  server.listen(0, address);
  await once(server, "listening");
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A port that was free a moment ago. */
async function closedPort(address = "127.0.0.1"): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

const familyOf = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);

async function readAll(socket: TcpSocket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe.each<[string, () => Promise<Place>]>([
  ["this process", () => Promise.resolve({ sockets: () => here, close: () => Promise.resolve() })],
  ["a worker in Python", () => far("python")],
  ["a worker in perl", () => far("perl")],
  ...withPowershell,
])("the sockets of %s", (name, open) => {
  let place: Place;
  beforeAll(async () => void (place = await open()));
  afterAll(() => place.close());
  const isFar = name !== "this process";
  const seesIcmp = isFar && !name.endsWith("PowerShell");

  async function connect(port: number, address = "127.0.0.1"): Promise<TcpSocket> {
    const socket = place.sockets().connect({ address, port, family: familyOf(address) });
    closers.push(() => socket.destroy());
    await once(socket, "connect");
    return socket;
  }

  it.each(["127.0.0.1", "::1"])("open a connection to %s and know its own end", async (address) => {
    const accepted: Socket[] = [];
    const port = await listen((socket) => accepted.push(socket), address);
    const socket = await connect(port, address);
    expect(socket.connecting).toBe(false);
    expect(socket.localAddress).toBe(address);
    await expect.poll(() => accepted[0]?.remotePort).toBe(socket.localPort);
    if (isFar) expect(socket.measured).toEqual({ rttMs: expect.any(Number), retransmits: 0 });
  });

  it.each(["127.0.0.1", "::1"])("are refused by %s where nothing listens", async (address) => {
    const socket = place.sockets().connect({ address, port: await closedPort(address), family: familyOf(address) });
    const closed = once(socket, "close").catch(() => undefined);
    const [error] = (await once(socket, "error")) as [SocketError];
    expect(error.code).toBe("ECONNREFUSED");
    if (isFar) expect(error.icmp).toBe(seesIcmp ? "none" : undefined); // where the kernel keeps ICMP errors: so this is a reset
    await closed;
    expect(socket.connecting).toBe(false);
  });

  it("pass bytes both ways, megabytes of them, and half-close", async () => {
    const sent = Buffer.alloc(3_000_000, "abcdefg");
    const port = await listen((socket) => socket.pipe(socket));
    const socket = await connect(port);
    const back = readAll(socket);
    socket.end(sent);
    expect((await back).equals(sent)).toBe(true);
    expect(socket.bytesWritten).toBe(sent.length);
  });

  it("take no more than is read: a peer that sends for ever is held back", async () => {
    let taken = 0;
    const port = await listen((socket) => {
      const more = () => {
        while (socket.write(Buffer.alloc(65_536)));
        taken = socket.bytesWritten - socket.writableLength;
      };
      socket.on("drain", more);
      more();
    });
    const socket = await connect(port);
    socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = taken;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(taken).toBe(before);
    expect(socket.readableLength).toBeLessThanOrEqual(128 * 1024);
    socket.resume();
    await expect.poll(() => taken).toBeGreaterThan(before + 1_000_000);
  });

  it("report a reset", async () => {
    const port = await listen((socket) => socket.once("data", () => socket.resetAndDestroy()));
    const socket = await connect(port);
    socket.write("x");
    socket.resume();
    const [error] = (await once(socket, "error")) as [SocketError];
    expect(error.code).toBe("ECONNRESET");
  });

  it("end with a reset, or in order", async () => {
    const endings: Promise<string>[] = [];
    const port = await listen((socket) => {
      const ending = new Promise<string>((resolve) => {
        socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "")).on("end", () => resolve("end"));
      });
      socket.resume();
      endings.push(ending);
    });
    (await connect(port)).resetAndDestroy();
    await expect.poll(() => endings.length).toBe(1);
    expect(await endings[0]).toBe("ECONNRESET");
    (await connect(port)).destroy();
    await expect.poll(() => endings.length).toBe(2);
    expect(await endings[1]).toBe("end");
  });

  /** Sends one datagram and gives what comes first: an answer or an error. */
  function exchange(address: string, port: number, mode: DatagramMode, bytes = Buffer.from("question")) {
    return new Promise<Received | SocketError>((resolve) => {
      const socket = place.sockets().openDatagram({ address, port, family: familyOf(address) }, mode, {
        onReady: () => socket.send(bytes),
        onReceived: resolve,
        onError: resolve,
      });
      closers.push(() => socket.close());
    });
  }

  it.each(
    (["connected", "unconnected", "both"] as const).flatMap((mode) =>
      ["127.0.0.1", "::1"].map((address) => [mode, address] as const),
    ),
  )("exchange datagrams, %s, with %s, an empty one as well", async (mode, address) => {
    const server = createSocket(address === "::1" ? "udp6" : "udp4", (bytes, from) =>
      server.send(Buffer.concat([Buffer.from("re:"), bytes]), from.port, from.address),
    );
    closers.push(() => server.close());
    server.bind(0, address);
    await once(server, "listening");
    for (const text of ["question", ""]) {
      const answer = (await exchange(address, server.address().port, mode, Buffer.from(text))) as Received;
      expect(answer).toMatchObject({ from: address, port: server.address().port });
      expect(answer.bytes.toString()).toBe(`re:${text}`);
      if (!isFar) continue;
      expect(answer.measured?.afterMs).toBeGreaterThanOrEqual(0);
      expect(Math.abs((answer.measured?.clockMs ?? 0) - Date.now())).toBeLessThan(5_000);
      expect(answer.measured?.ttl).toBe(seesIcmp ? 64 : undefined);
    }
  });

  it.each(["connected", "both"] as const)("report that a port is closed, %s", async (mode) => {
    const error = (await exchange("127.0.0.1", await closedPort(), mode)) as SocketError;
    expect(error.code).toBe("ECONNREFUSED");
    if (!seesIcmp) return;
    expect(error.icmp).toMatchObject({ type: 3, code: 3, sender: "127.0.0.1", isOwn: false });
    expect(Buffer.from((error.icmp as { quoted: Uint8Array }).quoted).toString()).toBe("question");
  });

  it("know ways and the lack of them", async () => {
    expect(await place.sockets().findRoute("127.0.0.1", 4)).toEqual({ kind: "routed" });
    expect(await place.sockets().findRoute("255.255.255.255", 4)).toMatchObject({ kind: "unrouted" });
  });

  it("open many at once, each with its own answer", async () => {
    const port = await listen((socket) => socket.end("hello"));
    const closed = await closedPort();
    const all = Array.from({ length: 200 }, async (_, index) => {
      const socket = place
        .sockets()
        .connect({ address: "127.0.0.1", port: index % 2 === 0 ? port : closed, family: 4 });
      const seen = await Promise.race([
        once(socket, "connect").then(() => "open"),
        new Promise<string>((resolve) => socket.once("error", (error: SocketError) => resolve(error.code ?? ""))),
      ]);
      socket.destroy();
      return seen;
    });
    expect(await Promise.all(all)).toEqual(all.map((_, index) => (index % 2 === 0 ? "open" : "ECONNREFUSED")));
  });
});

it.each(["python", "perl", "bash", ...(whyNoPowershell === undefined ? (["powershell"] as const) : [])] as const)(
  "the worker in %s ends with its input",
  async (name) => {
    const worker = await startFarWorker(name);
    expect(await worker.end()).toBe(0);
  },
);
