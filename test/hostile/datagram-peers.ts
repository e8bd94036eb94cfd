import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { hostileText } from "./hostile-text.ts";
import { mutate } from "./mutate.ts";
import type { Random } from "./random.ts";
import type { Listening } from "./tcp-peers.ts";

/** What a peer does with a datagram, and whether it may be taken for a healthy service. */
export interface DatagramManner {
  words: string;
  mayProve: boolean;
  reply: (question: Buffer, from: RemoteInfo, socket: Socket) => void;
}

const echo = (question: Buffer, from: RemoteInfo, socket: Socket): void =>
  socket.send(question, from.port, from.address, () => undefined);

/** One element of BER with a length of two bytes (X.690 §8.1.3.5). */
const ber = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 255]), content]);

/**
 * The answer of an SNMP agent of version 1 or 2c to a GET (RFC 1157 §4.1.2), with this text for every value. Only
 * messages of the short form are understood, as the program sends them; anything else comes back as it is.
 */
function snmpAnswer(question: Buffer, text: string): Buffer {
  const communityAt = 5;
  if (question[0] !== 0x30 || question[communityAt] !== 4) return question;
  const pduAt = communityAt + 2 + (question[communityAt + 1] ?? 0);
  const idAt = pduAt + 2;
  const id = question.subarray(idAt, idAt + 2 + (question[idAt + 1] ?? 0));
  const names = [...question.toString("latin1").matchAll(/\x06\x08(\x2b\x06\x01\x02\x01.{3})/gs)]; // oxlint-disable-line no-control-regex
  const value = ber(4, Buffer.from(text));
  const bindings = names.map(([, name = ""]) =>
    ber(0x30, Buffer.concat([Buffer.from(`\x06\x08${name}`, "latin1"), value])),
  );
  const noError = Buffer.from([2, 1, 0]);
  const pdu = ber(0xa2, Buffer.concat([id, noError, noError, ber(0x30, Buffer.concat(bindings))]));
  return ber(0x30, Buffer.concat([question.subarray(2, pduAt), pdu]));
}

/** An SNMP agent that tells everybody what it was asked with. */
export const repeatsCommunity: DatagramManner = {
  words: "is an SNMP agent that repeats its community",
  mayProve: true,
  reply: (question, from, socket) => {
    const community = question.subarray(7, 7 + (question[6] ?? 0)).toString("latin1");
    echo(snmpAnswer(question, `my community is ${community}`), from, socket);
  },
};

const manners: readonly ((random: Random) => DatagramManner)[] = [
  (random) => {
    const noise = random.bytes(random.int(600));
    const reply: DatagramManner["reply"] = (_, { port, address }, socket) => socket.send(noise, port, address);
    return { words: `answers ${noise.length} bytes of noise`, mayProve: false, reply };
  },
  () => ({ words: "sends everything back", mayProve: false, reply: echo }),
  (random) => ({
    words: "sends everything back, damaged",
    mayProve: false,
    reply: (question, from, socket) => echo(mutate(question, random), from, socket),
  }),
  (random) => {
    const size = random.pick([0, 1, 65_000]);
    const reply: DatagramManner["reply"] = (_, from, socket) => echo(Buffer.alloc(size, 0x30), from, socket);
    return { words: `answers ${size} bytes`, mayProve: false, reply };
  },
  (random) => {
    const reply: DatagramManner["reply"] = (question, from, socket) => {
      for (let times = 0; times < 500; times++) echo(random.bytes(40), from, socket);
      echo(question, from, socket);
    };
    return { words: "floods", mayProve: false, reply };
  },
  () => {
    const reply: DatagramManner["reply"] = (question, from) => {
      const other = createSocket("udp4").on("error", () => undefined);
      other.send(question, from.port, from.address, () => other.close());
    };
    return { words: "answers from another port", mayProve: false, reply };
  },
  () => ({ words: "is silent", mayProve: false, reply: () => undefined }),
  (random) => {
    const text = hostileText(random);
    const reply: DatagramManner["reply"] = (question, from, socket) => echo(snmpAnswer(question, text), from, socket);
    return { words: "is an SNMP agent of hostile text", mayProve: true, reply };
  },
  () => repeatsCommunity,
  (random) => {
    const reply: DatagramManner["reply"] = (question, from, socket) =>
      echo(mutate(snmpAnswer(question, "a system"), random), from, socket);
    return { words: "is a damaged SNMP agent", mayProve: true, reply };
  },
];

export const randomDatagramManner = (random: Random): DatagramManner => random.pick(manners)(random);

/** Opens a peer for datagrams on loopback. */
export async function listenForDatagrams({ reply }: DatagramManner): Promise<Listening> {
  const socket = createSocket("udp4");
  socket.on("error", () => undefined);
  socket.on("message", (question, from) => reply(question, from, socket));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { port: socket.address().port, close: () => new Promise((resolve) => void socket.close(() => resolve())) };
}
