import type { Random } from "../random.ts";
import { hex, onOrder, report, runtimes, type SocketOrder, sockets } from "./socket-talk.ts";
import { endless, evil, say, stay } from "./talk.ts";

type Manner = (random: Random) => unknown;
/** Does something when the first order comes, and nothing else. */
const atFirst = (act: (order: SocketOrder) => void): Manner => {
  let isDone = false;
  return (random) =>
    onOrder(
      (order) => {
        if (isDone) return;
        isDone = true;
        act(order);
      },
      { runtime: random.pick(runtimes) },
    );
};
const isSocket = ({ word }: SocketOrder): boolean => ["tcp", "udp", "echo"].includes(word);
/** Opens what is to be opened, then acts on each order. */
const opening =
  (act: (order: SocketOrder, random: Random) => void): Manner =>
  (random) =>
    onOrder((order) => {
      if (order.word === "tcp") report("open", order.id, "127.0.0.1", 40_000, 50, 0);
      else if (order.word === "udp") report("bound", order.id, "127.0.0.1", 40_000);
      else if (order.word === "echo") report("error", order.id, "EACCES", 1, "-", "-");
      act(order, random);
    });

/** Far sides that say nothing of what they are asked: each of their flows is an error, and not a word about the network. */
export const tellNothing: Readonly<Record<string, Manner>> = {
  socketsUnasked: () => {
    say(sockets("python"));
    stay();
  },
  socketsOtherProtocol: (random) =>
    onOrder(() => undefined, { greeting: sockets("perl", { protocol: random.int(9) + 2, version: evil }) }),
  socketsStrangeHello: (random) =>
    onOrder(() => undefined, {
      greeting: random.pick<object>([sockets("python", { runtime: evil }), sockets("python", { version: 7 }), {}]),
    }),
  sourceAgain: () => {
    endless(`{"type":"source","runtime":"python","version":"3.11"}\n`.repeat(100));
    process.stdin.resume();
  },
  sourceCut: () => {
    say({ type: "source", runtime: "bash", version: evil });
    process.stdin.once("data", () => process.exit(1));
  },
  socketsNoise: (random) => atFirst(() => say(`${random.bytes(3_000).toString("latin1")}\n`))(random),
  socketsEndlessLine: atFirst(() => endless("data 1 ".padEnd(65_536, "ff"))),
  socketsEndlessBlank: atFirst(() => endless("\n".repeat(5_000))),
  socketsEndlessEvil: atFirst(() => endless(`${evil}\n`.repeat(500))),
  socketsMute: (random) => onOrder(() => undefined, { runtime: random.pick(runtimes) }),
  socketsHalfLine: atFirst(({ id }) => say(`open ${id} 127.0.0.1 4`)),
  socketsHalfLineAndEnd: atFirst(({ id }) => {
    say(`open ${id} 127.0.0.1 4`);
    setTimeout(() => process.exit(0), 50);
  }),
  socketsEnds: atFirst(() => process.exit(0)),
  socketsForgedId: atFirst(({ id }) => report("open", id + 1_000, "127.0.0.1", 40_000, 50, 0)),
  socketsStrangeId: (random) =>
    atFirst(() => say(`open ${random.pick(["-1", "0", "1e3", "0x1", "01 ", "9".repeat(30), evil])} - 0 - 0\n`))(random),
  socketsWrongKind: (random) =>
    onOrder((order) => {
      if (isSocket(order)) report(random.pick(["quiet", "sent", "end", "route"]), order.id);
    }),
  socketsWrongSizes: (random) =>
    onOrder(({ word, id }) => {
      if (word === "tcp" || word === "udp")
        say(
          `${random.pick([
            `open ${id}`,
            `open ${id} 127.0.0.1 70000 1 0`,
            `open ${id} 127.0.0.1 40000 99999999999999 0`,
            `open ${id} 127.0.0.1 40000 50 0 0`,
            `open ${id} nowhere 40000 50 0`,
            `data ${id} ff`,
            `data ${id} f`,
            `datagram ${id} 127.0.0.1 1 1 1 - ${"00".repeat(70_000)}`,
            `error ${id} ${evil}`,
            `error ${id} ECONNREFUSED 2 1 -`,
            `error ${id} ECONNREFUSED 0 1 3 13 nobody 0 -`,
            `error ${id} ECONNREFUSED 0 1 3 13`,
          ])}\n`,
        );
    }),
  socketsFailed: atFirst(() => report("failed", hex(evil.repeat(300)))),
};

/** Far sides that answer for what they were asked, and do harm with it. */
const tellLies: Readonly<Record<string, Manner>> = {
  socketsClaimsAll: (random) => {
    // For every number that it may have been given; those of others do not count.
    onOrder(({ id }) => {
      for (let other = Math.max(1, id - 5); other <= id; other++) report("open", other, "127.0.0.1", 40_000, 50, 0);
    });
    void random;
  },
  socketsUnaskedBytes: opening(({ word, id }) => {
    if (word === "tcp") report("data", id, "ff".repeat(200_000));
  }),
  socketsFloods: opening(({ word, id, words }) => {
    if (word === "more") report("data", id, "53".repeat(Math.min(Number(words[0]), 65_536)));
    if (word === "data") report("sent", id);
  }),
  socketsEscapes: opening(({ word, id, words }) => {
    if (word === "more") report("data", id, hex(evil.repeat(20)).slice(0, 2 * Number(words[0])));
    if (word === "data") report("sent", id);
    if (word === "name") report("nameless", id, "ENOTFOUND", hex(evil.repeat(20)));
    if (word === "ping") report("ping", id, 1, hex(evil.repeat(50)));
  }),
  socketsForgedErrors: (random) =>
    onOrder((order) => {
      if (!isSocket(order)) return;
      const [type, code] = [random.int(256), random.int(256)];
      const quoted = hex(random.bytes(random.int(60)));
      report("error", order.id, "EHOSTUNREACH", 0, 100, type, code, "203.0.113.1", random.int(2), quoted);
    }),
  socketsDatagramFlood: opening(({ word, id }) => {
    if (word !== "data") return;
    for (let at = 0; at < 3_000; at++) report("datagram", id, "203.0.113.1", 161, 1, 1, "-", "3000");
  }),
  socketsQuietForEver: opening(({ word, id }) => {
    if (word === "quiet") for (let at = 0; at < 1_000; at++) report("quiet", id);
  }),
  socketsManyNames: opening(({ word, id }) => {
    if (word === "name") report("names", id, ...Array<string>(255).fill("127.0.0.1/1"), "127.0.0.2/0");
  }),
};

/** Far sides that want their secret to be shown: what they were given to send, in every place for words. */
export const socketsQuote: Readonly<Record<string, Manner>> = {
  secretInFailure: opening(({ word, words }) => {
    if (word === "data") report("failed", words[0] ?? "-");
  }),
  secretInLastWords: opening(({ word, words }) => {
    if (word === "data") process.stderr.write(Buffer.from(words[0] ?? "", "hex"), () => process.exit(1));
  }),
  secretInDatagram: opening(({ word, id, words }) => {
    if (word === "data") report("datagram", id, "127.0.0.1", 161, 1, 1, "-", words[0] ?? "-");
  }),
  secretInGarbage: opening(({ word, words }) => {
    if (word === "data") say(`${Buffer.from(words[0] ?? "", "hex").toString("latin1")}\n`);
  }),
};

/** What a far side may do that speaks the language of sockets, by name. */
export const socketManners: Readonly<Record<string, Manner>> = { ...tellNothing, ...tellLies, ...socketsQuote };
