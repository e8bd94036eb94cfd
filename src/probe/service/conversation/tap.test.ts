import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { type Behaviour, breaksOff, endless, peer, says } from "../../../../test/cases/service-peer.ts";
import { webCertificate } from "../../../demo/certificates.ts";
import { openConnection } from "./connection.ts";
import { tap } from "./tap.ts";

async function connected(behaviour: Behaviour): Promise<Socket> {
  const { port } = await peer(behaviour);
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

it("passes everything on and keeps the beginning, with what came before", async () => {
  const { stream, answered } = tap(await connected(says("B".repeat(9_000))), Buffer.from("early "));
  let passed = "";
  stream.on("data", (chunk: Buffer) => (passed += chunk.toString()));
  await expect.poll(() => passed.length).toBe(9_006);
  expect(passed).toBe(`early ${"B".repeat(9_000)}`);
  expect(answered().toString()).toBe(`early ${"B".repeat(4_090)}`);
});

it("writes through, ends this side and reads the other end", async () => {
  const socket = await connected((socket) =>
    socket.on("data", (chunk: Buffer) => socket.end(`got ${chunk.toString()}`)),
  );
  const { stream, answered } = tap(socket, Buffer.alloc(0));
  stream.end("hello");
  stream.resume();
  await once(stream, "end");
  expect(answered().toString()).toBe("got hello");
});

it("takes no more of an endless stream than is read", async () => {
  const socket = await connected(endless());
  const { stream } = tap(socket, Buffer.alloc(0));
  await once(stream, "readable");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(socket.bytesRead).toBeLessThan(1_000_000);
  const before = socket.bytesRead;
  stream.read();
  await expect.poll(() => socket.bytesRead).toBeGreaterThan(before);
});

it("is destroyed by a reset", async () => {
  const { stream } = tap(await connected(breaksOff("x")), Buffer.alloc(0));
  stream.resume();
  const [error] = (await once(stream, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNRESET");
  expect(stream.destroyed).toBe(true);
});

it("lets TLS through in both directions, endless streams too", async () => {
  const { port } = await peer(endless("C"), await webCertificate("x"));
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  const opening = await openConnection(socket).startTls({ withinMs: 5_000 });
  if (opening.kind !== "secured") throw new Error(opening.kind);
  const read = () => opening.connection.read({ isEnough: () => false, withinMs: 5_000 });
  expect([(await read()).bytes.length, (await read()).bytes.length]).toEqual([16_384, 16_384]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(socket.bytesRead).toBeLessThan(2_000_000);
});
