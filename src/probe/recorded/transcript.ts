import type { FragmentFact } from "../../model/run/fragment.ts";
import type { ScriptStep } from "../../model/script.ts";
import type { WireLog } from "../service/conversation/wire-log.ts";

type Fact = Exclude<FragmentFact, { kind: "open" | "ping" | "unsent" | "datagram" }>;

/** What a script sent and received over one connection, to be gone through again by the prober that would have said it. */
export interface Transcript {
  /** Bytes that the prober says; anything else than what the script said ends what can be told. */
  say(bytes: Uint8Array): void;
  /** True if that step is next; it is done then. */
  take<Do extends ScriptStep["do"]>(what: Do): Extract<ScriptStep, { do: Do }> | undefined;
  /** The next thing that happened before anything more was said. */
  next(): Fact | undefined;
  /** Nothing more happened that was written down. A script that went on has written down what came of it, even if nothing came. */
  isOver(): boolean;
  /** The prober wanted to know more than the script asked. */
  miss(): void;
  hasMissed(): boolean;
  /** As `WireLog` tells it. */
  log: WireLog;
}

/** Opens a transcript; `facts` are those behind `open`. */
export function openTranscript(steps: readonly ScriptStep[], facts: readonly FragmentFact[]): Transcript {
  const acts = steps.filter((step) => step.do !== "hear");
  const happened = facts.filter(
    (fact): fact is Fact =>
      fact.kind !== "open" && fact.kind !== "ping" && fact.kind !== "unsent" && fact.kind !== "datagram",
  );
  let done = 0;
  let at = 0;
  let pending = Buffer.alloc(0);
  let isMissed = false;
  let isUnsaid = false;
  let sentBytes = 0;
  const miss = () => void (isMissed = true);
  const take: Transcript["take"] = (what) => {
    const step = acts[done];
    if (step?.do !== what) return undefined;
    done += 1;
    return step as never;
  };
  const received = happened.filter(({ kind }) => kind === "received");
  const waits = received.map(({ afterUs }, index) => {
    const before = received[index - 1];
    return before === undefined || before.step !== received[index]?.step ? afterUs : afterUs - before.afterUs;
  });
  return {
    say(bytes) {
      pending = Buffer.concat([pending, bytes]);
      const step = acts[done];
      const wanted = step?.do === "say" ? Buffer.from(step.bytes, "hex") : Buffer.alloc(0);
      if (!wanted.subarray(0, pending.length).equals(pending)) return void (isUnsaid = true);
      if (wanted.length > pending.length) return;
      done += 1;
      sentBytes += pending.length;
      pending = Buffer.alloc(0);
    },
    take,
    next() {
      const fact = happened[at];
      if (isUnsaid) miss(); // an answer is wanted to what the script did not say
      if (fact === undefined || fact.step > done) return undefined;
      at += 1;
      return fact;
    },
    isOver: () => at >= happened.length,
    miss,
    hasMissed: () => isMissed,
    log: {
      tls: "none",
      hasReceived: () => received.length > 0 || happened.some(({ kind }) => kind === "secured"),
      sentBytes: () => sentBytes,
      silentMs: () => (happened.findLast(({ kind }) => kind === "quiet")?.afterUs ?? 0) / 1_000,
      longestWaitMs: () => Math.max(0, ...waits) / 1_000,
    },
  };
}
