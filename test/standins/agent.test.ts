import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTls, type ConnectionOptions, type PeerCertificate } from "node:tls";
import { inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectAndHear, type StandIn, startStandIn, talk } from "./stand-in.ts";

const uuid = "11111111-2222-4333-8444-555555555555";
const accessDenied = Buffer.from("15030300020231", "hex"); // docs/notes/listening.md: fatal alert access_denied (49)

describe("TLS controller", () => {
  let agent: StandIn;
  beforeAll(async () => {
    agent = await startStandIn("agent", { AGENT_PORT: "0", AGENT_UUID: uuid, AGENT_SITE: "main" });
  });
  afterAll(() => agent.stop());

  it("says 16 without being asked, and nothing more", async () => {
    const heard = await talk(agent.port, { patienceMs: 300 });
    expect(heard).toEqual({ bytes: Buffer.from("16"), end: "silence" });
  });

  it.each([
    { name: "an unknown server name", servername: "99999999-2222-4333-8444-555555555555" },
    { name: "no server name", servername: "" },
  ])("answers $name with a fatal alert access_denied", async ({ servername }) => {
    const hello = await clientHello(servername);
    const heard = await talk(agent.port, { say: hello });
    expect(heard).toEqual({ bytes: Buffer.concat([Buffer.from("16"), accessDenied]), end: "closed" });
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "shows its certificate to one who knows the UUID, then wants one (%s)",
    async (version) => {
      const { error, peer } = await handshake(agent.port, { minVersion: version, maxVersion: version });
      expect(peer?.subject.CN).toBe(uuid);
      expect(peer?.issuer.CN).toBe("Site 'main' agent signing CA");
      expect(error).toMatch(version === "TLSv1.3" ? /certificate required/ : /handshake failure/);
    },
  );

  it("names the site in its certificate request", async () => {
    expect(await handshakeAsOpensslSeesIt(agent.port)).toMatch(
      /Acceptable client certificate CA names\nCN = Site 'main' local CA/,
    );
  });

  it("gives version, compression and the agent's text to the site's own certificate", async () => {
    const pem = readFileSync(join(agent.state, "sites/main/site.pem"));
    const { bytes } = await handshake(agent.port, { key: pem, cert: pem });
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0, 0, 1]));
    expect(inflateSync(bytes.subarray(3)).toString()).toMatch(/^<<<check_mk>>>\nVersion: /);
  });

  it("refuses a certificate of another authority", async () => {
    const environment = { ...process.env, LAB_STATE: join(agent.state, "other") };
    const script = new URL("../../lab/services/site-certificate", import.meta.url).pathname;
    const directory = execFileSync(script, ["other"], { env: environment, encoding: "utf8" }).trim();
    const pem = readFileSync(join(directory, "site.pem"));
    expect((await handshake(agent.port, { key: pem, cert: pem })).bytes).toEqual(Buffer.alloc(0));
  });

  it("drops the fourth connection of an address, and takes it once another has ended", async () => {
    const held = [await connectAndHear(agent.port), await connectAndHear(agent.port), await connectAndHear(agent.port)];
    try {
      expect((await talk(agent.port)).bytes).toEqual(Buffer.alloc(0));
      expect((await talk(agent.port, { from: "127.0.0.2", patienceMs: 200 })).bytes).toEqual(Buffer.from("16"));
      held[0]?.socket.destroy();
      await expect.poll(async () => (await talk(agent.port, { patienceMs: 100 })).bytes.toString()).toBe("16");
    } finally {
      for (const { socket } of held) socket.destroy();
    }
  });
});

describe("other modes", () => {
  it("plain: the agent's text after the delay, then the end", async () => {
    const agent = await startStandIn("agent", { AGENT_PORT: "0", AGENT_MODE: "plain", AGENT_DELAY_MS: "400" });
    try {
      expect(await talk(agent.port, { patienceMs: 100 })).toEqual({ bytes: Buffer.alloc(0), end: "silence" });
      const heard = await talk(agent.port, { patienceMs: 5000 });
      expect(heard.end).toBe("closed");
      expect(heard.bytes.toString()).toMatch(/^<<<check_mk>>>\nVersion: /);
    } finally {
      await agent.stop();
    }
  });

  it("inactive: no socket at all", async () => {
    const agent = await startStandIn("agent", { AGENT_PORT: "0", AGENT_MODE: "inactive" });
    expect(agent.ports).toEqual([]);
    await agent.stop();
  });

  it("allow list: a stranger is accepted and closed without a byte, a friend is served", async () => {
    const agent = await startStandIn("agent", { AGENT_PORT: "0", AGENT_MODE: "plain", AGENT_ONLY_FROM: "127.0.0.3" });
    try {
      const stranger = await talk(agent.port);
      expect([stranger.bytes.length, stranger.end]).toEqual([0, expect.stringMatching(/closed|reset/)]);
      expect((await talk(agent.port, { from: "127.0.0.3" })).bytes.toString()).toContain("<<<check_mk>>>");
    } finally {
      await agent.stop();
    }
  });
});

/** What `openssl s_client` prints about the handshake; a relay takes the `16` away, which openssl cannot skip. */
async function handshakeAsOpensslSeesIt(port: number): Promise<string> {
  const relay = createServer(async (client) => {
    const { socket, first } = await connectAndHear(port);
    for (const end of [client, socket]) end.on("error", () => undefined);
    client.write(first.subarray(2));
    client.pipe(socket).pipe(client);
  });
  const at = await listen(relay);
  try {
    const child = spawn("openssl", ["s_client", "-connect", `127.0.0.1:${at}`, "-servername", uuid], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    return (await child.stdout.toArray()).join("");
  } finally {
    relay.close();
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** The ClientHello that Node sends for a server name; none for the empty name. */
async function clientHello(servername: string): Promise<Buffer> {
  const server = createServer();
  const port = await listen(server);
  const client = connectTls({ port, host: "127.0.0.1", servername, rejectUnauthorized: false });
  client.on("error", () => undefined);
  const [socket] = (await once(server, "connection")) as [Socket];
  const [hello] = (await once(socket, "data")) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return hello;
}

/** Reads the `16`, shakes hands with the right server name and listens to the end. */
async function handshake(port: number, options: ConnectionOptions) {
  const { socket } = await connectAndHear(port);
  const tls = connectTls({ socket, servername: uuid, rejectUnauthorized: false, ...options });
  const chunks: Buffer[] = [];
  let peer: PeerCertificate | undefined;
  let error = "";
  tls.on("secureConnect", () => (peer = tls.getPeerCertificate()));
  tls.on("data", (chunk: Buffer) => chunks.push(chunk));
  tls.on("keylog", () => {
    const shown = tls.getPeerCertificate();
    if (Object.keys(shown).length > 0) peer ??= shown; // TLS 1.2: the handshake will not be completed
  });
  tls.on("error", (cause) => (error = cause.message));
  await new Promise((resolve) => tls.on("close", resolve)); // not `once`, which rejects on an error
  socket.destroy();
  return { bytes: Buffer.concat(chunks), peer, error };
}
