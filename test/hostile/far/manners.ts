import type { Random } from "../random.ts";
import { endless, evil, hello, observe, onProbe, open, say, stay, told } from "./talk.ts";

type Manner = (random: Random) => unknown;

/** Far sides that never become a worker. */
const beforeHello: Record<string, Manner> = {
  noise: (random) => say(random.bytes(random.int(5_000)).toString("latin1")),
  endlessLine: () => endless("x".repeat(65_536)),
  endlessLines: () => endless(`${evil}\n`.repeat(500)),
  endlessObjects: () => endless("{}\n".repeat(5_000)),
  silent: stay,
  endsAtOnce: (random) => process.exit(random.int(256)),
  stubborn: () => {
    for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"]) process.on(signal, () => undefined);
    stay();
  },
  bootstrapAgain: () => {
    endless(`{"type":"bootstrap","node":"20.19.0"}\n`.repeat(100));
    process.stdin.resume();
  },
  bootstrapUnread: () => {
    say({ type: "bootstrap", node: "20.19.0" });
    stay();
  },
  bootstrapCut: () => {
    say({ type: "bootstrap", node: "20.19.0" });
    process.stdin.once("data", () => process.exit(1));
  },
  refused: () => say({ type: "refused", cause: "bad-bundle", detail: evil.repeat(1_000) }),
  environment: () => process.stderr.write(JSON.stringify(process.env), () => process.exit(3)),
  lastWords: () => process.stderr.write(evil.repeat(5_000), () => process.exit(3)),
  otherProtocol: (random) => say({ ...hello, protocol: random.int(3) - 1, version: evil }),
  closesInput: () => {
    say(hello);
    process.stdin.destroy();
    stay();
  },
  closesOutput: () => {
    say(hello);
    process.stdout.end();
    stay();
  },
};

/** Far sides that say hello like a worker, and then something else than an observation of their task. */
const afterHello: Record<string, Manner> = {
  evilHello: () => {
    const capabilities = { order: [evil], task: [evil], observation: [evil] };
    onProbe(({ id }) => observe(id, open()), { ...hello, version: evil, node: evil, capabilities });
  },
  mute: () => onProbe(() => undefined),
  halfLine: () => onProbe(() => say(`{"type":"observation","id":1,"observ`)),
  halfLineAndEnd: () =>
    onProbe(() => {
      say(`{"type":"observation","id":1,"obs`);
      setTimeout(() => process.exit(0), 50);
    }),
  forgedIds: () =>
    onProbe(() => {
      for (let id = -3; id < 60; id++) observe(id, open());
    }),
  twice: () =>
    onProbe(({ id }) => {
      observe(id, open());
      observe(id, open("203.0.113.1"));
    }),
  otherTarget: () => onProbe(({ id }) => observe(id, open("203.0.113.9"))),
  noAnswers: () => onProbe(({ id }) => observe(id, { answers: [] })),
  manyAnswers: () => onProbe(({ id }) => observe(id, { answers: Array(2_000).fill(open().answers[0]) })),
  wrongForm: () => onProbe(({ id }) => observe(id, { answers: [{ outcome: { kind: "open", rttMs: "x" } }] })),
  unknownWords: () =>
    onProbe(({ id }) => observe(id, { answers: [{ outcome: { kind: evil }, evidence: {} }] }, { [evil]: 1 })),
  prototype: () =>
    onProbe(({ id }) => {
      const outcome = `{"kind":"open","rttMs":1,"__proto__":{"a":1}}`;
      const answer = `{"address":"127.0.0.1","outcome":${outcome},"evidence":{"constructor":1,"__proto__":{}}}`;
      say(`{"type":"observation","id":${id},"observation":{"answers":[${answer}]}}\n`);
    }),
  deep: () => onProbe(() => say(`${"[".repeat(500_000)}\n`)),
  huge: () => onProbe(() => say(`{"type":"failed","detail":"${"y".repeat(5_000_000)}"}\n`)),
  strangeNumbers: (random) =>
    onProbe(({ id }) => {
      const rttMs = random.pick(["1e999", "-1e308", "-0", "1e-320"]);
      const answer = `{"address":"127.0.0.1","outcome":{"kind":"open","rttMs":${rttMs}},"evidence":{"ttl":-1}}`;
      say(`{"type":"observation","id":${id},"observation":{"answers":[${answer}]}}\n`);
    }),
};

/** Far sides that want to be quoted: with what steers a terminal, or with the secret of their task. */
export const quoted: Record<string, Manner> = {
  failed: () => onProbe(() => say({ type: "failed", detail: evil.repeat(300) })),
  evilEvidence: () => onProbe(({ id }) => observe(id, told(evil))),
  evilAddress: () => onProbe(({ id }) => observe(id, open(evil))),
  ordersInLastWords: () => onProbe((order) => process.stderr.write(JSON.stringify(order), () => process.exit(1))),
  ordersInAnswers: () =>
    onProbe((order) => observe(order.id, told(JSON.stringify(order)), { [JSON.stringify(order)]: 1 })),
  ordersInFailure: () => onProbe((order) => say({ type: "failed", detail: JSON.stringify(order) })),
};

/** What a far side may do, by name. */
export const manners: Readonly<Record<string, Manner>> = { ...beforeHello, ...afterHello, ...quoted };
