import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SnmpCredentials } from "../../model/task.ts";
import { berElement, berInteger, berOid } from "../../wire/snmp/ber.ts";
import { askedObjects, decodeSnmpMessage } from "../../wire/snmp/get.ts";
import { decodeSnmpV3 } from "../../wire/snmp/v3.ts";
import { startListening, stopListening } from "../witness/witness.ts";
import { probeSnmp } from "./snmp.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  stopListening(4);
  for (const close of closers.splice(0)) close();
});

async function serve(address: string, port: number, onMessage: (bytes: Buffer, asker: RemoteInfo) => void) {
  const socket = createSocket("udp4", onMessage);
  closers.push(() => socket.close());
  socket.bind(port, address);
  await once(socket, "listening");
  return socket;
}
const ask = (port: number, credentials: SnmpCredentials, timeoutMs = 500, careful?: boolean) => {
  const { signal } = new AbortController();
  return probeSnmp(
    { kind: "snmp", port, credentials },
    { address: "127.0.0.1", family: 4, timeoutMs, careful, signal },
  );
};
const community = { version: "2c", community: "public" } as const;
const user = { version: "3", user: "monitor" } as const;

const right = {
  sysDescr: berElement(4, [...Buffer.from("router")]),
  sysObjectId: berOid("1.3.6.1.4.1.9.1.1"),
  sysUpTime: berElement(0x43, [42]),
} as const;
type Values = Partial<Record<keyof typeof right, readonly number[]>>;

/** What an agent answers to a GET; no bytes if it is none. */
function respond(get: Uint8Array, values: Values = right, status = 0, index = 0): Uint8Array {
  const message = decodeSnmpMessage(get);
  if (message === undefined) return new Uint8Array(0);
  const list = Object.entries(values).map(([name, value]) =>
    berElement(0x30, berOid(askedObjects[name as keyof typeof right]), value),
  );
  const id = berInteger(message.requestId);
  const pdu = berElement(0xa2, id, berInteger(status), berInteger(index), berElement(0x30, ...list));
  const version = berInteger(message.version === "1" ? 0 : 1);
  return Uint8Array.from(berElement(0x30, version, berElement(4, [...message.community]), pdu));
}

/** A Report about the usmStats counter 4 of the engine with this id. */
function report(messageId: number, engineId: readonly number[], tag = 0xa8): Uint8Array {
  const name = berElement(6, [0x2b, 6, 1, 6, 3, 15, 1, 1, 4, 0]);
  const variable = berElement(0x30, name, berElement(0x41, [5]));
  const pdu = berElement(tag, berInteger(1), berInteger(0), berInteger(0), berElement(0x30, variable));
  const engine = berElement(4, engineId);
  const nothing = berElement(4);
  const security = berElement(0x30, engine, berInteger(1), berInteger(9), nothing, nothing, nothing);
  const header = berElement(0x30, berInteger(messageId), berInteger(65_507), berElement(4, [0]), berInteger(3));
  const scoped = berElement(0x30, engine, nothing, pdu);
  return Uint8Array.from(berElement(0x30, berInteger(3), header, berElement(4, security), scoped));
}
const engineId = [0x80, 0, 0, 0, 1, 2, 3];

/** Where the witness receives ICMP errors, probes share sockets; elsewhere each has its own. */
const sockets: readonly (readonly [string, () => void])[] = [
  ["own", () => undefined],
  ["shared", () => void startListening(4)],
];

describe.each(sockets)("a community, from %s sockets", (_, listen) => {
  beforeEach(() => listen());

  it.each([0, 1])("a service that sends back what it gets, but %i datagrams, is no agent", async (lost) => {
    let got = 0;
    const echo: Socket = await serve("127.0.0.1", 0, (bytes, { port, address }) => {
      got += 1;
      if (got > lost) echo.send(bytes, port, address);
    });
    const { outcome, evidence } = await ask(echo.address().port, community);
    expect(outcome.kind).toBe("open");
    expect(evidence).toMatchObject({ replyMatches: false, replySummary: "the request itself, sent back" });
    expect(evidence.snmp).toEqual({ version: "2c" });
  });

  it.each([
    ["without an engine id", [], 0xa8],
    ["that is a GET with an engine id", engineId, 0xa0],
    ["with an engine id that is too long", Array.from({ length: 33 }, () => 1), 0xa8],
  ])("an answer to discovery %s discovers nothing", async (__, id, tag) => {
    const socket: Socket = await serve("127.0.0.1", 0, (bytes, { port, address }) => {
      const messageId = decodeSnmpV3(bytes)?.messageId;
      if (messageId !== undefined) socket.send(report(messageId, id, tag), port, address);
    });
    const { evidence } = await ask(socket.address().port, community);
    expect(evidence).toMatchObject({ replyMatches: false, snmp: { version: "2c" } });
    expect(evidence.snmp).not.toHaveProperty("discoveryOnly");
  });

  it("a lost GET is no wrong community: it is asked again once discovery was answered", async () => {
    let gets = 0;
    const agent: Socket = await serve("127.0.0.1", 0, (bytes, { port, address }) => {
      const messageId = decodeSnmpV3(bytes)?.messageId;
      if (messageId !== undefined) agent.send(report(messageId, engineId), port, address);
      else if ((gets += 1) > 1) agent.send(respond(bytes), port, address);
    });
    const { outcome, evidence } = await ask(agent.address().port, community, 2_000);
    expect(outcome.kind).toBe("open");
    expect(evidence).toMatchObject({ tries: 2, replyMatches: true, snmp: { version: "2c", sysUpTimeTicks: 42 } });
    expect(gets).toBe(2);
  });

  it("an agent that knows only version 1 is found last, and the evidence tells what is configured", async () => {
    const agent: Socket = await serve("127.0.0.1", 0, (bytes, { port, address }) => {
      if (decodeSnmpMessage(bytes)?.version === "1") agent.send(respond(bytes), port, address);
    });
    const { port } = agent.address();
    const { outcome, evidence } = await ask(port, community);
    expect(outcome.kind).toBe("open");
    expect(evidence.snmp).toMatchObject({ version: "1", configuredVersion: "2c", sysUpTimeTicks: 42 });
    expect((await ask(port, { ...community, version: "1" })).evidence.snmp).not.toHaveProperty("configuredVersion");
    expect((await ask(port, community, 500, true)).outcome.kind).toBe("silent"); // careful
  });

  it("an answer from another port of the address is an answer, at the first question, and is named", async () => {
    const other = await serve("127.0.0.1", 0, () => undefined);
    let asked = 0;
    const agent = await serve("127.0.0.1", 0, (bytes, { port, address }) => {
      asked += 1;
      other.send(respond(bytes), port, address);
    });
    const { outcome, evidence } = await ask(agent.address().port, community);
    expect(outcome.kind).toBe("open");
    expect(evidence).toMatchObject({ replyFromPort: other.address().port, snmp: { sysUpTimeTicks: 42 } });
    expect(evidence).not.toHaveProperty("replyFrom");
    expect(asked).toBe(1);
  });

  it.each<[string, Values, object]>([
    ["none of the objects", {}, { replyMatches: false, snmp: { version: "2c" } }],
    ["only values of another kind", { sysDescr: [5, 0] }, { replyMatches: false, snmp: { version: "2c" } }],
    [
      "one of them",
      { sysUpTime: right.sysUpTime },
      {
        replyMatches: true,
        snmp: { version: "2c", sysUpTimeTicks: 42, missing: ["sysDescr", "sysObjectId"] },
      },
    ],
    [
      "an exception for one",
      { ...right, sysDescr: [0x80, 0] },
      {
        replyMatches: true,
        snmp: {
          version: "2c",
          sysObjectId: "1.3.6.1.4.1.9.1.1",
          sysUpTimeTicks: 42,
          errorStatus: "noSuchObject",
          missing: ["sysDescr"],
        },
      },
    ],
    [
      "an identifier that is none",
      { ...right, sysObjectId: berElement(6, [0x2b, ...Array.from({ length: 200 }, () => 0xff), 1]) },
      { replyMatches: true, snmp: { version: "2c", sysDescr: "router", sysUpTimeTicks: 42, missing: ["sysObjectId"] } },
    ],
  ])("a response with %s says so", async (__, values, expected) => {
    const agent: Socket = await serve("127.0.0.1", 0, (bytes, { port, address }) =>
      agent.send(respond(bytes, values), port, address),
    );
    const { evidence } = await ask(agent.address().port, community);
    expect(evidence).toMatchObject(expected);
    expect(evidence.snmp).toEqual((expected as { snmp: object }).snmp);
  });

  it("an error status names the object that it is about", async () => {
    const agent: Socket = await serve("127.0.0.1", 0, (bytes, { port, address }) =>
      agent.send(respond(bytes, {}, 2, 3), port, address),
    );
    const { evidence } = await ask(agent.address().port, { ...community, version: "1" });
    expect(evidence.snmp).toEqual({ version: "1", errorStatus: "noSuchName", missing: ["sysUpTime"] });
  });
});

describe.each(sockets)("without credentials, from %s sockets", (_, listen) => {
  beforeEach(() => listen());
  const nobody = { version: "discovery" } as const;

  it.each([0, 1])("an engine answers anybody, also if it lost %i datagrams, and sees no community", async (lost) => {
    const got: Uint8Array[] = [];
    const agent: Socket = await serve("127.0.0.1", 0, (bytes, { port, address }) => {
      got.push(bytes);
      if (got.length > lost) agent.send(report(decodeSnmpV3(bytes)?.messageId ?? 0, engineId), port, address);
    });
    const { outcome, evidence } = await ask(agent.address().port, nobody);
    expect(outcome.kind).toBe("open");
    expect(evidence).toEqual({ replyMatches: true, snmp: { version: "3", engineId: "80000000010203" } });
    expect(got.map((bytes) => decodeSnmpMessage(bytes))).toEqual(got.map(() => undefined));
    expect(got).toHaveLength(lost + 1);
  });

  it("what is sent back is no engine, and silence is silence after two tries", async () => {
    const echo: Socket = await serve("127.0.0.1", 0, (bytes, { port, address }) => echo.send(bytes, port, address));
    expect((await ask(echo.address().port, nobody)).evidence).toMatchObject({ replyMatches: false });
    const mute = await serve("127.0.0.1", 0, () => undefined);
    const silent = await ask(mute.address().port, nobody, 2_000);
    expect(silent).toMatchObject({ outcome: { kind: "silent" }, evidence: { tries: 2 } });
  });
});

describe("a user of version 3", () => {
  it.each([0, 1])("a service that sends back what it gets, but %i datagrams, is no agent", async (lost) => {
    let got = 0;
    const echo: Socket = await serve("127.0.0.1", 0, (bytes, { port, address }) => {
      got += 1;
      if (got > lost) echo.send(bytes, port, address);
    });
    const { evidence } = await ask(echo.address().port, user);
    expect(evidence).toMatchObject({ replyMatches: false, snmp: { version: "3" } });
    expect(evidence.snmp).not.toHaveProperty("engineId");
  });

  it.each([
    ["from the asked address", "127.0.0.1"],
    ["from elsewhere", "127.0.0.2"],
  ])("a Report with an id that was not sent is none, %s", async (_, reporter) => {
    const other = await serve("127.0.0.2", 0, () => undefined);
    const { port } = other.address();
    const asked: Socket = await serve("127.0.0.1", port, (bytes, asker) => {
      const messageId = decodeSnmpV3(bytes)?.messageId ?? 0;
      const from = reporter === "127.0.0.1" ? asked : other;
      from.send(report(messageId ^ 1, engineId), asker.port, asker.address);
    });
    const { outcome, evidence } = await ask(port, user);
    expect(outcome.kind).toBe(reporter === "127.0.0.1" ? "open" : "silent");
    expect(evidence.snmp ?? {}).not.toHaveProperty("engineId");
  });

  it("twin: with the id that was sent it is one, from another port too", async () => {
    const other = await serve("127.0.0.1", 0, () => undefined);
    const asked = await serve("127.0.0.1", 0, (bytes, asker) =>
      other.send(report(decodeSnmpV3(bytes)?.messageId ?? 0, engineId), asker.port, asker.address),
    );
    const { outcome, evidence } = await ask(asked.address().port, user);
    expect(outcome.kind).toBe("open");
    expect(evidence).toMatchObject({ replyFromPort: other.address().port, snmp: { engineId: "80000000010203" } });
  });
});
