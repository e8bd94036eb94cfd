import { createSocket } from "node:dgram";
import { once } from "node:events";
import snmp from "net-snmp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SnmpCredentials } from "../../model/task.ts";
import { decodeSnmpMessage } from "../../wire/snmp/get.ts";
import { decodeSnmpV3 } from "../../wire/snmp/v3.ts";
import type { ProbeContext } from "../flight/prober.ts";
import { probeSnmp } from "./snmp.ts";
import { startListening, stopListening } from "../witness/witness.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const auth = { protocol: "sha256", password: "auth-password" } as const;
const priv = { protocol: "aes", password: "priv-password" } as const;
const context = (timeoutMs = 3_000, address = "127.0.0.1"): ProbeContext => ({
  address,
  family: address.includes(":") ? 6 : 4,
  timeoutMs,
  signal: new AbortController().signal,
});
const ask = (credentials: SnmpCredentials, port: number, timeoutMs?: number, address?: string) =>
  probeSnmp({ kind: "snmp", port, credentials }, context(timeoutMs, address));
const v3 = (user: string, more: object = {}): SnmpCredentials => ({ version: "3", user, ...more });

/** A UDP port that was free a moment ago: net-snmp's agent takes 0 for the standard port 161, which needs privileges. */
async function freePort(address: string): Promise<number> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  socket.bind(0, address);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

/** net-snmp's own agent on a free port, with a community and one user for each combination given. */
async function startAgent(address = "127.0.0.1", users: object[] = []): Promise<number> {
  const port = await freePort(address);
  const agent = snmp.createAgent(
    { port, address, transport: address.includes(":") ? "udp6" : "udp4", disableAuthorization: false },
    () => undefined,
  );
  const authorizer = agent.getAuthorizer();
  authorizer.addCommunity("public");
  for (const user of users) authorizer.addUser(user);
  const values = [
    ["sysDescr", "1.3.6.1.2.1.1.1", snmp.ObjectType.OctetString, "Test\nagent \u001B[31m" + "x".repeat(200)],
    ["sysObjectID", "1.3.6.1.2.1.1.2", snmp.ObjectType.OID, "1.3.6.1.4.1.8072.3.2.10"],
    ["sysUpTime", "1.3.6.1.2.1.1.3", snmp.ObjectType.TimeTicks, 4711],
  ] as const;
  for (const [name, oid, scalarType, value] of values) {
    agent.registerProvider({ name, type: snmp.MibProviderType.Scalar, oid, scalarType, maxAccess: 2 });
    agent.getMib().setScalarValue(name, value);
  }
  closers.push(() => agent.close());
  const socket = Object.values(agent.listener.sockets)[0] as ReturnType<typeof createSocket>;
  try {
    return socket.address().port;
  } catch {
    await once(socket, "listening");
    return socket.address().port;
  }
}

/** Where the witness receives ICMP errors, probes share sockets; elsewhere each has its own. */
const sockets = [
  ["own", () => undefined],
  ["shared", () => [startListening(4), startListening(6)]],
] as const;
afterEach(() => [stopListening(4), stopListening(6)]);

describe.each(
  sockets.flatMap(([kind, listen]) => ["127.0.0.1", "::1"].map((address) => [kind, address, listen] as const)),
)("a community from a socket of %s, agent at %s", (_kind, address, listen) => {
  beforeEach(() => void listen());

  it.each(["1", "2c"] as const)("version %s: the right one is open with the three values", async (version) => {
    const port = await startAgent(address);
    const { outcome, evidence } = await ask({ version, community: "public" }, port, 3_000, address);
    expect(outcome).toEqual({ kind: "open", rttMs: expect.any(Number) });
    expect(evidence).toMatchObject({
      replyMatches: true,
      snmp: { version, sysObjectId: "1.3.6.1.4.1.8072.3.2.10", sysUpTimeTicks: 4711 },
    });
    expect(evidence.snmp?.sysDescr).toMatch(/^Test agent \[31mx+…$/);
    expect(evidence.snmp?.sysDescr).toHaveLength(120);
  });

  it("a wrong one is open by discovery only", async () => {
    const port = await startAgent(address);
    const { outcome, evidence } = await ask({ version: "2c", community: "S3CRET" }, port, 600, address);
    expect(outcome.kind).toBe("open");
    expect(evidence.snmp).toEqual({
      version: "2c",
      engineId: expect.stringMatching(/^80[0-9a-f]{8,}$/),
      discoveryOnly: true,
    });
    expect(JSON.stringify(evidence)).not.toContain("S3CRET");
  });
});

describe("version 3", () => {
  const level = snmp.SecurityLevel;
  const user = (
    name: string,
    authName?: keyof typeof snmp.AuthProtocols,
    privName?: keyof typeof snmp.PrivProtocols,
  ) => ({
    name,
    level: privName ? level.authPriv : authName ? level.authNoPriv : level.noAuthNoPriv,
    ...(authName ? { authProtocol: snmp.AuthProtocols[authName], authKey: auth.password } : {}),
    ...(privName ? { privProtocol: snmp.PrivProtocols[privName], privKey: priv.password } : {}),
  });

  it.each([
    ["noAuthNoPriv", {}],
    ["authNoPriv", { auth }],
    ["authPriv", { auth, priv }],
  ])("%s with the right user is open", async (_level, more) => {
    const port = await startAgent("127.0.0.1", [
      user("monitor", "auth" in more ? "sha256" : undefined, "priv" in more ? "aes" : undefined),
    ]);
    const { outcome, evidence } = await ask(v3("monitor", more), port);
    expect(outcome.kind).toBe("open");
    expect(evidence.snmp).toMatchObject({ version: "3", sysUpTimeTicks: 4711, engineId: expect.any(String) });
    expect(evidence.snmp).not.toHaveProperty("report");
  });

  it.each(["md5", "sha", "sha224", "sha256", "sha384", "sha512"] as const)(
    "authentication with %s",
    async (protocol) => {
      const port = await startAgent("127.0.0.1", [user("monitor", protocol)]);
      const { evidence } = await ask(v3("monitor", { auth: { ...auth, protocol } }), port);
      expect(evidence.snmp?.sysUpTimeTicks).toBe(4711);
    },
  );

  it.each(["aes", "aes256b", "aes256r"] as const)("privacy with %s", async (protocol) => {
    const port = await startAgent("127.0.0.1", [user("monitor", "sha256", protocol)]);
    const { evidence } = await ask(v3("monitor", { auth, priv: { ...priv, protocol } }), port);
    expect(evidence.snmp?.sysUpTimeTicks).toBe(4711);
  });

  it("DES is used where this Node has it, and named where it has not", async () => {
    const port = await startAgent("127.0.0.1", [user("monitor", "sha256", "des")]);
    const { outcome } = await ask(v3("monitor", { auth, priv: { ...priv, protocol: "des" } }), port);
    expect(outcome.kind === "unsent" ? outcome.detail : outcome.kind).toMatch(/^open$|has no DES/);
  });

  it("an unknown user is open, and the agent's report says so", async () => {
    const port = await startAgent("127.0.0.1", [user("monitor", "sha256", "aes")]);
    const { outcome, evidence } = await ask(v3("nobody", { auth, priv }), port, 800);
    expect(outcome.kind).toBe("open");
    expect(evidence.snmp).toMatchObject({ version: "3", report: "unknown-user" });
  });

  it.each([
    ["password", { ...auth, password: "WRONG-password" }],
    ["protocol", { ...auth, protocol: "sha" } as const],
  ])("a wrong auth %s that the agent drops is open by discovery, and is tried once", async (_name, wrong) => {
    const port = await startAgent("127.0.0.1", [user("monitor", "sha256", "aes")]);
    const { outcome, evidence } = await ask(v3("monitor", { auth: wrong, priv }), port, 800);
    expect(outcome.kind).toBe("open");
    expect(evidence.snmp).toEqual({ version: "3", engineId: expect.any(String), discoveryOnly: true });
  });

  it.each([
    [1, "unsupported-security-level"],
    [2, "not-in-time-window"],
    [3, "unknown-user"],
    [4, "unknown-engine"],
    [5, "wrong-digest"],
    [6, "decryption-error"],
  ])("an agent that reports usmStats %i to the GET is open with %s, after one GET", async (counter, name) => {
    let asked = 0;
    const socket = await serve("127.0.0.1", 0, (bytes, { port, address }) => {
      asked += 1;
      const messageId = decodeSnmpV3(bytes)?.messageId ?? 0;
      socket.send(report(messageId, asked === 1 ? 4 : counter), port, address);
    });
    const { outcome, evidence } = await ask(v3("monitor", { auth, priv }), socket.address().port, 800);
    expect(outcome.kind).toBe("open");
    expect(evidence.snmp).toEqual({ version: "3", engineId: "80000000010203", report: name });
    expect(asked).toBe(2);
  });

  it("a wrong privacy password is open, by discovery at least", async () => {
    const port = await startAgent("127.0.0.1", [user("monitor", "sha256", "aes")]);
    const wrong = v3("monitor", { auth, priv: { ...priv, password: "WRONG-password" } });
    const { outcome, evidence } = await ask(wrong, port, 800);
    expect(outcome.kind).toBe("open");
    expect(evidence.snmp).not.toHaveProperty("sysUpTimeTicks");
    expect(evidence.snmp?.report ?? evidence.snmp?.discoveryOnly).toBeTruthy();
  });

  it("privacy without authentication is not sent", async () => {
    expect((await ask(v3("monitor", { priv }), 161)).outcome).toMatchObject({ kind: "unsent", cause: "internal" });
  });
});

/** A Report of an engine with id 80000000010203 about one usmStats counter (RFC 3414 §5). */
function report(messageId: number, counter: number): Uint8Array {
  const tlv = (tag: number, ...parts: number[][]) => [tag, parts.flat().length, ...parts.flat()];
  const int = (value: number) => tlv(2, [(value >> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
  const oid = tlv(6, [0x2b, 6, 1, 6, 3, 15, 1, 1, counter, 0]);
  const pdu = tlv(0xa8, int(1), int(0), int(0), tlv(0x30, tlv(0x30, oid, tlv(0x41, [5]))));
  const engine = tlv(4, [0x80, 0, 0, 0, 1, 2, 3]);
  const security = tlv(0x30, engine, int(1), int(9), tlv(4), tlv(4), tlv(4));
  const header = tlv(0x30, int(messageId), int(65_507), tlv(4, [0]), int(3));
  return Uint8Array.from(tlv(0x30, int(3), header, tlv(4, security), tlv(0x30, engine, tlv(4), pdu)));
}

const kindOf = (bytes: Uint8Array) =>
  decodeSnmpV3(bytes) === undefined ? `GET ${decodeSnmpMessage(bytes)?.version}` : "discovery";

/** A socket on loopback that does what `serve` says with each datagram. */
async function serve(
  address: string,
  port: number,
  onMessage: (bytes: Buffer, answer: { port: number; address: string }) => void,
) {
  const socket = createSocket("udp4", onMessage);
  closers.push(() => socket.close());
  socket.bind(port, address);
  await once(socket, "listening");
  return socket;
}

it("a closed port is refused, not silent", async () => {
  const socket = await serve("127.0.0.1", 0, () => undefined);
  const { port } = socket.address();
  closers.pop()?.();
  const { outcome, evidence } = await ask({ version: "2c", community: "public" }, port);
  expect(outcome.kind).toBe("refused");
  expect(evidence.errno).toBe("ECONNREFUSED");
});

describe.each(sockets)("a community from %s sockets", (kind, listen) => {
  beforeEach(() => void listen());

  it("an agent that knows neither community nor version 3 is silent, and is asked again from another port", async () => {
    const got: string[] = [];
    const ports = new Set<number>();
    const socket = await serve("127.0.0.1", 0, (bytes, { port }) => {
      got.push(kindOf(bytes));
      ports.add(port);
    });
    const { outcome } = await ask({ version: "2c", community: "public" }, socket.address().port, 500);
    expect(outcome).toEqual({ kind: "silent", waitedMs: expect.any(Number) });
    expect(got).toEqual(["GET 2c", "discovery", "GET 2c", "GET 1"]);
    expect(ports.size).toBe(kind === "own" ? 2 : 3);
  });

  it.each([
    ["the asked address", "127.0.0.1"],
    ["another address", "127.0.0.2"],
  ])("a community is asked again if discovery is answered from %s, and version 1 last", async (_name, answerFrom) => {
    const got: string[] = [];
    const other = await serve("127.0.0.2", 0, () => undefined);
    const { port } = other.address();
    const asked = await serve("127.0.0.1", port, (bytes, asker) => {
      got.push(kindOf(bytes));
      const messageId = decodeSnmpV3(bytes)?.messageId;
      if (messageId === undefined) return;
      (answerFrom === "127.0.0.1" ? asked : other).send(report(messageId, 4), asker.port, asker.address);
    });
    const { outcome, evidence } = await ask({ version: "2c", community: "public" }, port, 500);
    expect(got).toEqual(["GET 2c", "discovery", "GET 2c", "GET 1"]);
    expect(outcome.kind).toBe("open");
    expect(evidence).toEqual({
      ...(answerFrom === "127.0.0.1" ? {} : { replyFrom: answerFrom }),
      snmp: { version: "2c", engineId: "80000000010203", discoveryOnly: true },
    });
  });

  it("garbage from the target is open, but does not match", async () => {
    const got: string[] = [];
    const socket = await serve("127.0.0.1", 0, (bytes, { port, address }) => {
      got.push(kindOf(bytes));
      socket.send("what?", port, address);
    });
    const { outcome, evidence } = await ask({ version: "2c", community: "public" }, socket.address().port, 400);
    expect(outcome.kind).toBe("open");
    expect(evidence).toMatchObject({ replyBytes: 5, replyMatches: false });
    expect(got.filter((kind) => kind.startsWith("GET"))).toHaveLength(1);
  });

  it("a multihomed agent is found at the first question, with the address it answers from", async () => {
    const got: string[] = [];
    const agentPort = await startAgent("127.0.0.1");
    // Asked at 127.0.0.1, answers from 127.0.0.2: a relay to the real agent with one socket on each address.
    const other = await serve("127.0.0.2", 0, () => undefined);
    const relayPort = other.address().port;
    await serve("127.0.0.1", relayPort, (bytes, asker) => {
      got.push(kindOf(bytes));
      if (kindOf(bytes) === "discovery") return;
      const inner = createSocket("udp4", (answer) => {
        other.send(answer, asker.port, asker.address);
        inner.close();
      });
      inner.send(bytes, agentPort, "127.0.0.1");
    });
    const { outcome, evidence } = await ask({ version: "2c", community: "public" }, relayPort, 1_200);
    expect(outcome.kind).toBe("open");
    expect(evidence).toMatchObject({ replyFrom: "127.0.0.2", snmp: { sysUpTimeTicks: 4711 } });
    expect(got).toEqual(["GET 2c"]);
  });
});
