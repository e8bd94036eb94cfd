import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectSocket, giveBack } from "./reconnect.ts";

let server: Server;
let port: number;
const accepted: Socket[] = [];
beforeAll(async () => {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => undefined);
    accepted.push(socket);
  });
  server.listen(0, "::");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  for (const socket of accepted) socket.destroy();
  server.close();
});

const begin = (host: string, at = port): Socket =>
  connectSocket({ host, port: at, family: host.includes(":") ? 6 : 4, autoSelectFamily: false });
const closed = async (socket: Socket) => {
  await expect.poll(() => socket.closed).toBe(true);
};

/** Opens a connection and gives the socket back in the way the probers do. */
async function useOnce(host: string): Promise<Socket> {
  const socket = begin(host);
  await once(socket, "connect");
  socket.resetAndDestroy();
  giveBack(socket);
  await closed(socket);
  return socket;
}

describe("a socket that was given back", () => {
  it("serves for the next connection, which knows its own end and not that of the one before", async () => {
    const first = await useOnce("::1");
    const second = begin("127.0.0.1");
    expect(second).toBe(first);
    await once(second, "connect");
    expect(second.localAddress).toBe("127.0.0.1");
    await expect.poll(() => accepted.at(-1)?.remotePort).toBe(second.localPort);
    giveBack(second);
    await closed(second);
  });

  it("holds no listener of those who had it, however often it is used", async () => {
    const socket = await useOnce("127.0.0.1");
    const before = socket.rawListeners("end").length;
    for (let use = 0; use < 30; use++) expect(await useOnce("127.0.0.1")).toBe(socket);
    expect(socket.eventNames()).toEqual(["end"]);
    expect(socket.listenerCount("end")).toBe(before);
  });

  it("is used again after a refusal, and says so only once", async () => {
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port: closedPort } = free.address() as AddressInfo;
    await new Promise((done) => free.close(done));
    const refused: string[] = [];
    const first = begin("127.0.0.1", closedPort);
    first.on("error", (error: NodeJS.ErrnoException) => refused.push(String(error.code)));
    await expect.poll(() => refused).toEqual(["ECONNREFUSED"]);
    giveBack(first);
    expect(await useOnce("127.0.0.1")).toBe(first);
    expect(refused).toEqual(["ECONNREFUSED"]);
  });

  it("says nothing more to who had it, if it was still connecting", async () => {
    const said: string[] = [];
    const socket = begin("127.0.0.1");
    for (const event of ["connect", "error", "close"]) socket.on(event, () => said.push(event));
    giveBack(socket);
    expect(begin("127.0.0.1")).not.toBe(socket); // it is not closed yet
    await closed(socket);
    await useOnce("127.0.0.1");
    expect(said).toEqual([]);
  });

  it("carries bytes like a new one", async () => {
    await useOnce("127.0.0.1");
    const socket = begin("127.0.0.1");
    await once(socket, "connect");
    await expect.poll(() => accepted.at(-1)?.remotePort).toBe(socket.localPort);
    accepted.at(-1)?.end("hello");
    socket.end("good day");
    const [[mine], [theirs]] = await Promise.all([once(socket, "data"), once(accepted.at(-1)!, "data")]);
    expect([String(mine), String(theirs)]).toEqual(["hello", "good day"]);
  });
});
