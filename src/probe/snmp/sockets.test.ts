import { type RemoteInfo, createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, expect, it } from "vitest";
import { errorAbout } from "../../../test/cases/packets.ts";
import { berElement, berInteger, berOid } from "../../wire/snmp/ber.ts";
import { type SnmpMessage, askedObjects, decodeSnmpMessage } from "../../wire/snmp/get.ts";
import { stepsWithin } from "./community.ts";
import { canShare } from "./sockets.ts";
import { probeSnmp } from "./snmp.ts";
import { takeError, startListening, stopListening } from "../witness/witness.ts";

const closers: (() => void)[] = [];
beforeEach(() => void startListening(4));
afterEach(() => {
  stopListening(4);
  for (const close of closers.splice(0)) close();
});

const ask = (address: string, port: number, community = "public", timeoutMs = 2_000) =>
  probeSnmp(
    { kind: "snmp", port, credentials: { version: "2c", community } },
    { address, family: 4, timeoutMs, signal: new AbortController().signal },
  );

/** A GET as it came to an agent. */
interface Asked {
  message: SnmpMessage;
  asker: RemoteInfo;
  community: string;
}

/** An agent on loopback: hands every GET to `onGet`, and says nothing to anything else. */
async function serve(address: string, port: number, onGet: (asked: Asked) => void) {
  const socket = createSocket("udp4", (bytes, asker) => {
    const message = decodeSnmpMessage(bytes);
    if (message !== undefined) onGet({ message, asker, community: Buffer.from(message.community).toString() });
  });
  closers.push(() => socket.close());
  socket.bind(port, address);
  await once(socket, "listening");
  return socket;
}

/** The response to a GET, with the time that the agent has been up. */
function respond({ message, community }: Asked, upTime: number, requestId = message.requestId): Uint8Array {
  const nothing = [0x80, 0];
  const values = { sysDescr: nothing, sysObjectId: nothing, sysUpTime: berElement(0x43, [upTime]) };
  const list = (["sysDescr", "sysObjectId", "sysUpTime"] as const).map((name) =>
    berElement(0x30, berOid(askedObjects[name]), values[name]),
  );
  const pdu = berElement(0xa2, berInteger(requestId), berInteger(0), berInteger(0), berElement(0x30, ...list));
  return Uint8Array.from(berElement(0x30, berInteger(1), berElement(4, [...Buffer.from(community)]), pdu));
}

it.each([
  ["192.0.2.1", 4, true],
  ["2001:db8::1", 6, false], // nobody receives ICMPv6 here
  ["fe80::1%lo", 4, false], // an error does not quote the zone
] as const)("may probes to %s over IPv%i share a socket: %s", (address, family, expected) => {
  expect(canShare({ address, family, timeoutMs: 1, signal: new AbortController().signal })).toBe(expected);
});

it("probes of several places leave from one port, and each gets its own answer", async () => {
  const ports = new Set<number>();
  const first = await serve("127.0.0.1", 0, () => undefined);
  const { port } = first.address();
  first.removeAllListeners("message");
  const agents = [1, 2, 3].map((last) => `127.0.1.${last}`);
  for (const [index, address] of agents.entries()) {
    const agent = await serve(address, port, (asked) => {
      ports.add(asked.asker.port);
      agent.send(respond(asked, index + 1), asked.asker.port, asked.asker.address);
    });
  }
  const seen = await Promise.all(agents.map((address) => ask(address, port)));
  expect(seen.map(({ evidence }) => evidence.snmp?.sysUpTimeTicks)).toEqual([1, 2, 3]);
  expect(ports.size).toBe(1);
  expect(seen.map(({ evidence }) => evidence.localPort)).toEqual([...ports, ...ports, ...ports]);
});

it("probes of one place at the same time leave from different ports, and each gets its own answer", async () => {
  const waiting: Asked[] = [];
  const agent = await serve("127.0.0.1", 0, (asked) => {
    waiting.push(asked);
    if (waiting.length < 3) return;
    // The last is answered first.
    for (const asked of waiting.toReversed())
      agent.send(respond(asked, asked.community.length), asked.asker.port, asked.asker.address);
  });
  const seen = await Promise.all(
    ["a", "bb", "ccc"].map((community) => ask("127.0.0.1", agent.address().port, community)),
  );
  expect(seen.map(({ evidence }) => evidence.snmp?.sysUpTimeTicks)).toEqual([1, 2, 3]);
  expect(new Set(waiting.map(({ asker }) => asker.port)).size).toBe(3);
});

it("an ICMP error ends the probe whose packet it quotes, and no other of the same place", async () => {
  const agent = await serve("127.0.0.1", 0, (asked) => {
    const destination = { destination: "127.0.0.1", port: agent.address().port };
    const quoted = { sourcePort: asked.asker.port, ...destination, protocol: 17 };
    if (asked.community === "blocked") takeError(4, errorAbout(4, [3, 13], quoted), "192.0.2.1");
    else setTimeout(() => agent.send(respond(asked, 7), asked.asker.port, asked.asker.address), 20);
  });
  const { port } = agent.address();
  const [blocked, open] = await Promise.all([ask("127.0.0.1", port, "blocked"), ask("127.0.0.1", port, "open")]);
  expect(blocked.outcome.kind).toBe("prohibited");
  expect(blocked.evidence).toMatchObject({ reporter: "192.0.2.1", icmpCode: "3/13", codeSeen: true });
  expect(open.evidence.snmp?.sysUpTimeTicks).toBe(7);
});

it.each([
  ["its id", 0, "open", { replyFrom: "127.0.0.2", replyMatches: true }],
  ["another id", 1, "silent", {}],
])("an answer from elsewhere with %s", async (_, more, kind, evidence) => {
  const elsewhere = await serve("127.0.0.2", 0, () => undefined);
  const { port } = elsewhere.address();
  await serve("127.0.0.1", port, (asked) => {
    const { requestId } = asked.message;
    elsewhere.send(respond(asked, 7, requestId ^ more), asked.asker.port, asked.asker.address);
  });
  const seen = await ask("127.0.0.1", port, "public", 400);
  expect(seen.outcome.kind).toBe(kind);
  expect(seen.evidence).toMatchObject(evidence);
});

it("a late answer to an earlier probe means nothing to the next one of the same place", async () => {
  const asked: Asked[] = [];
  const agent = await serve("127.0.0.1", 0, (get) => {
    asked.push(get);
    const [earlier] = asked;
    if (earlier !== undefined && get.community === "next")
      agent.send(respond(earlier, 7), earlier.asker.port, earlier.asker.address);
  });
  const { port } = agent.address();
  const bystander = await serve("127.0.0.3", port, () => undefined);
  const keepsOpen = ask("127.0.0.3", bystander.address().port, "public", 800);
  await ask("127.0.0.1", port, "earlier", 100);
  expect((await ask("127.0.0.1", port, "next", 300)).outcome.kind).toBe("silent");
  expect((await keepsOpen).outcome.kind).toBe("silent");
});

it("more probes than one socket has seats for are all answered", async () => {
  const ports = new Set<number>();
  const first = await serve("127.0.0.1", 0, () => undefined);
  const { port } = first.address();
  const agents = Array.from({ length: 150 }, (_, index) => `127.0.2.${index + 1}`);
  const waiting: (() => void)[] = [];
  for (const address of agents) {
    const agent = await serve(address, port, (asked) => {
      ports.add(asked.asker.port);
      waiting.push(() => agent.send(respond(asked, 9), asked.asker.port, asked.asker.address));
      if (waiting.length === agents.length) for (const answer of waiting) answer();
    });
  }
  const seen = await Promise.all(agents.map((address) => ask(address, port)));
  expect(seen.filter(({ evidence }) => evidence.snmp?.sysUpTimeTicks === 9)).toHaveLength(150);
  expect(ports.size).toBe(3);
});

it("a shared socket is closed when its last probe ends", async () => {
  const agent = await serve("127.0.0.1", 0, (asked) =>
    agent.send(respond(asked, 1), asked.asker.port, asked.asker.address),
  );
  const { evidence } = await ask("127.0.0.1", agent.address().port);
  const again = createSocket("udp4");
  closers.push(() => again.close());
  again.bind(evidence.localPort);
  await once(again, "listening");
  expect(again.address().port).toBe(evidence.localPort);
});

it("an error that the witness missed is learned from the socket of the last GET", async () => {
  const agent = await serve("127.0.0.1", 0, () => undefined);
  const { port } = agent.address();
  closers.pop()?.();
  const { outcome, evidence } = await ask("127.0.0.1", port, "public", 500);
  expect(outcome.kind).toBe("refused");
  expect(evidence.errno).toBe("ECONNREFUSED");
});

it.each([["shared", true] as const, ["own", false] as const])(
  "what the operating system refuses to send from a socket of the %s kind is this machine's fault",
  async (_, isShared) => {
    if (!isShared) stopListening(4);
    // Without SO_BROADCAST the kernel sends nothing there (ip(7)).
    const { outcome, evidence } = await ask("255.255.255.255", 161, "public", 400);
    expect(outcome).toMatchObject({ kind: "unsent", cause: "no-route" });
    expect(evidence.errno).toBe("EACCES");
  },
);

it.each([
  [3_500, [1_400, 2_450, 2_975]],
  [2_000, [1_000, 1_500, 1_750]],
  [1_000, [400, 700, 850]],
  [500, [200, 350, 425]],
])("with %i ms in all discovery, the second GET and the one of version 1 leave after %j ms", (timeoutMs, delays) => {
  expect(Object.values(stepsWithin(timeoutMs))).toEqual(delays);
});
