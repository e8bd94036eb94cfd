import { writeFileSync } from "node:fs";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { hostOf, topologyOf } from "../../cli/topology.ts";
import { someFormats } from "../formats.ts";
import type { Kind } from "../kinds.ts";
import { mutate } from "../mutate.ts";
import type { Random } from "../random.ts";
import { listen, type Listening } from "../tcp-peers.ts";
import { readRecord, type Trial } from "../trial.ts";

const namesOfTrial = 6;

/**
 * Name servers that are dead, mute, slow or mad: noise, damaged answers, other ids, aliases in a circle, aliases of hostile
 * text, a thousand addresses, and addresses that lead home. No name may pass, because none of them leads anywhere.
 */
export const nameServersKind: Kind = { cases: "a name that a hostile name server resolves", run };

type Manner = (question: Buffer, random: Random) => Buffer[];

/** The header of an answer (RFC 1035 §4.1.1) with so many records, and the question again. */
function answerOf(question: Buffer, records: readonly Buffer[], flags = 0x8180): Buffer {
  const head = Buffer.alloc(12);
  question.copy(head, 0, 0, 2);
  head.writeUInt16BE(flags, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  const end = question.indexOf(0, 12) + 5;
  return Buffer.concat([head, question.subarray(12, end), ...records]);
}

/** A record of the name that was asked for: type, 60 s, and its data. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, data.length >> 8, data.length & 255]);
  return Buffer.concat([head, data]);
}
const address = (...numbers: number[]): Buffer => record(1, Buffer.from(numbers));
const name = (text: string): Buffer =>
  Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text), Buffer.from([0])]);

const manners: readonly Manner[] = [
  () => [],
  (_, random) => [random.bytes(random.int(400))],
  (question, random) => [mutate(answerOf(question, [address(127, 0, 0, 1)]), random)],
  (question, random) => [Buffer.concat([random.bytes(2), answerOf(question, [address(127, 0, 0, 1)]).subarray(2)])],
  (question) => [answerOf(question, [address(127, 0, 0, 1)])],
  (question) => [answerOf(question, [address(0, 0, 0, 0), address(255, 255, 255, 255), address(224, 0, 0, 1)])],
  (question) => [
    answerOf(
      question,
      Array.from({ length: 30 }, (_, at) => address(127, 1, at, 1)),
    ),
  ],
  (question) => [answerOf(question, [record(5, Buffer.from([0xc0, 12]))])],
  (question) => [answerOf(question, [record(5, name("\u001b[31mhostile-mark\n::error::x")), address(127, 0, 0, 1)])],
  (question, random) => [answerOf(question, [], random.pick([0x8181, 0x8182, 0x8183, 0x8185, 0x8380]))],
  (question, random) => Array.from({ length: 300 }, () => mutate(answerOf(question, [address(127, 0, 0, 1)]), random)),
];

const nameServer = "127.0.0.53";

async function run(trial: Trial): Promise<void> {
  const { random } = trial;
  const closing: Listening[] = [];
  if (random.chance(0.8)) closing.push(await openNameServer(random));
  const [attempts, timeout] = [1 + random.int(2), 1 + random.int(2)];
  writeFileSync("/etc/resolv.conf", `nameserver ${nameServer}\noptions attempts:${attempts} timeout:${timeout}\n`);
  const open = await listen((socket) => void socket.write("SSH-2.0-x\r\n"));
  closing.push(open);
  try {
    const hosts = Array.from({ length: namesOfTrial }, (_, at) =>
      hostOf(`named${at}`, { address: `name${at}.hostile.test` }),
    );
    const required = hosts.map(({ name }) => ({ from: "cmk", to: String(name), tcp: open.port, service: "ssh" }));
    trial.write("t.json", topologyOf(required, { hosts }));
    const { args, reports } = someFormats(random);
    await trial.run(["check", "t.json", "--section", "extra", "--timeout", "400ms", ...args], {
      reports,
      codes: [0, 1, 3],
    });
    for (const { verdict, to, reason, address } of readRecord(trial, "run.json")?.results ?? []) {
      if (verdict === "pass") trial.complain({ fault: "false verdict", text: `${to} (${address}) passes: ${reason}` });
    }
    trial.count(hosts.length);
  } finally {
    await Promise.all(closing.map(({ close }) => close()));
  }
}

async function openNameServer(random: Random): Promise<Listening> {
  const socket = createSocket("udp4");
  socket.on("error", () => undefined);
  socket.on("message", (question, { port, address }) => {
    for (const answer of random.pick(manners)(question, random)) socket.send(answer, port, address, () => undefined);
  });
  socket.bind(53, nameServer);
  await once(socket, "listening");
  return { port: 53, close: () => new Promise((resolve) => void socket.close(() => resolve())) };
}
