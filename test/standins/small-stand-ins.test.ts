import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { type StandIn, startStandIn, talk } from "./stand-in.ts";

const magic = Buffer.from("83740267fff10000", "hex");
const silence = { bytes: Buffer.alloc(0), end: "silence" };
const closed = { bytes: Buffer.alloc(0), end: expect.stringMatching(/closed|reset/) as string };

async function using(name: string, env: Record<string, string>, act: (standIn: StandIn) => Promise<void>) {
  const standIn = await startStandIn(name, env);
  try {
    await act(standIn);
  } finally {
    await standIn.stop();
  }
}

/** Issuer of the certificate that is shown, or the error. */
function issuerAt(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
    const settle = (result: string) => {
      resolve(result);
      socket.destroy();
    };
    socket.setTimeout(500, () => settle("silence"));
    socket.once("secureConnect", () => settle(String(socket.getPeerCertificate().issuer.CN)));
    socket.once("error", () => settle("closed"));
  });
}

it.each([
  { encryption: "upgradable", plain: silence, tls: "Site 'muc' local CA" },
  { encryption: "encrypted", plain: closed, tls: "Site 'muc' local CA" },
  { encryption: "unencrypted", plain: silence, tls: "silence" },
])("notification spooler, $encryption: who says nothing gets nothing", async ({ encryption, plain, tls }) => {
  const env = { SPOOLER_PORT: "0", SPOOLER_SITE: "muc", SPOOLER_ENCRYPTION: encryption };
  await using("notification-spooler", env, async ({ port }) => {
    expect(await talk(port, { patienceMs: 300 })).toEqual(silence);
    expect(await talk(port, { say: "hello", patienceMs: 300 })).toEqual(plain);
    expect(await issuerAt(port)).toBe(tls);
  });
});

it("real-time port: takes datagrams, never answers, and is not closed", async () => {
  await using("real-time", { REAL_TIME_PORT: "0" }, async ({ port }) => {
    const socket = createSocket("udp4");
    const heard: string[] = [];
    socket.on("message", () => heard.push("answer"));
    socket.on("error", (error) => heard.push(error.message));
    socket.connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.send("99");
    await sleep(200);
    socket.close();
    expect(heard).toEqual([]);
  });
});

it("DRBD waits silently, releases its socket when both connections are up, and listens again", async () => {
  await using("drbd", { DRBD_PORT: "0" }, async ({ port }) => {
    expect(await talk(port, { patienceMs: 300 })).toEqual(silence);
    expect(await talk(port, { say: "a stranger" })).toEqual(closed);
    const peer = [0, 1].map(() => connect({ port, host: "127.0.0.1" }));
    for (const socket of peer) socket.write(magic);
    await expect.poll(async () => (await talk(port, { patienceMs: 100 })).end).toBe("refused");
    for (const socket of peer) socket.destroy();
    await expect.poll(async () => (await talk(port, { patienceMs: 100 })).end).toBe("silence");
  });
});

it("DRBD connected: no socket", async () => {
  await using("drbd", { DRBD_PORT: "0", DRBD_STATE: "connected" }, async ({ ports }) => expect(ports).toEqual([]));
});

it("misbehaving listeners", async () => {
  const env = { MISBEHAVE: "accept-close:0 tarpit:127.0.0.1:0 banner:0 reset:0" };
  await using("misbehave", env, async ({ ports: [closes = 0, tarpit = 0, banner = 0, resets = 0] }) => {
    expect(await talk(closes)).toEqual({ bytes: Buffer.alloc(0), end: "closed" });
    expect(await talk(tarpit, { say: "anybody?", half: true, patienceMs: 300 })).toEqual(silence);
    expect((await talk(banner)).bytes.toString()).toMatch(/^SSH-2\.0-/);
    expect(await talk(resets)).toEqual({ bytes: Buffer.alloc(0), end: "reset" });
  });
});

it.each([
  ["misbehave", { MISBEHAVE: "smile:80" }],
  ["agent", { AGENT_MODE: "tsl" }],
  ["drbd", { DRBD_PORT: "many" }],
  ["agent-receiver", { RECEIVER_SITES: "main" }],
])("%s refuses a setting that it cannot read: %j", async (name, env) => {
  await expect(startStandIn(name, env as Record<string, string>)).rejects.toThrow("ended before it listened");
});
