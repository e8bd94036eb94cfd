import { setTimeout as pause } from "node:timers/promises";
import type { Observation } from "../../model/outcome.ts";
import type { DatagramCounts, FarEnd } from "../../model/run/responder.ts";
import type { Observe, Task } from "../../model/task.ts";

/** What windows need to know of tasks and machines. */
export interface CountWindows {
  /**
   * The machines that the datagrams of a task and their answers come to, as far as their counts can be read; and the port
   * if a service has it there, so that only the counts can tell whether something arrived.
   */
  endsOf: (task: Task) => { to?: string | undefined; from?: string | undefined; port?: number | undefined };
  /** Gets the counts of a machine again and again, until the function that it returns is called. */
  watch: (node: string, port: number, everyMs: number, hear: (counts: DatagramCounts) => void) => () => void;
  /** Takes what was counted while a task alone was under way. */
  keep: (task: Task, counted: NonNullable<FarEnd["counted"]>) => void;
}

interface Sample extends DatagramCounts {
  atMs: number;
}

const everyMs = 200;
/** So many looks before the probe is sent: the count must stand still. */
const looksBefore = 4;
const patienceMs = 2_500;
/** A datagram that arrives is counted at once; so much is allowed for the connection to the machine. */
const slackMs = 600;
/** Probes that are alone take their time one after the other: no more than this for each machine. */
const mostMs = 30_000;

/**
 * Sends each probe to a UDP port that a service has while nothing else of this run is sent over UDP to that machine or
 * comes back to it, and compares the kernel's counts of before and after. Where they stand still nothing arrived.
 */
export function openCountWindows({ endsOf, watch, keep }: CountWindows): (observe: Observe) => Observe {
  const locks = new Map<string, ReturnType<typeof openLock>>();
  const spentMs = new Map<string, number>();

  const sendAlone = async (node: string, port: number, observe: Observe, task: Task, signal: AbortSignal) => {
    const beganMs = performance.now();
    const samples: Sample[] = [];
    const stop = watch(node, port, everyMs, (counts) => samples.push({ ...counts, atMs: performance.now() }));
    try {
      await until(() => samples.length >= looksBefore, signal);
      const before = samples.length;
      const observation = await observe(task, signal);
      const endMs = performance.now();
      const silent = silentIn(task, observation);
      if (before < looksBefore || silent === undefined) return observation;
      await until(() => samples.filter(({ atMs }) => atMs > endMs).length >= 2, signal);
      const counted = compare(samples, before, { sentMs: endMs - silent.waitedMs, endMs });
      if (counted !== undefined) keep(task, { sent: silent.sent, ...counted });
      return observation;
    } finally {
      stop();
      spentMs.set(node, (spentMs.get(node) ?? 0) + performance.now() - beganMs);
    }
  };

  return (observe) => (task, signal) => {
    const { to, from, port } = endsOf(task);
    const send = () => {
      if (to === undefined || port === undefined || (spentMs.get(to) ?? 0) > mostMs) return observe(task, signal);
      return sendAlone(to, port, observe, task, signal);
    };
    // Always in the order of their names, so that none waits in a circle.
    const nodes = [...new Set([to, from])].filter((node) => node !== undefined).toSorted();
    return nodes.reduceRight<() => Promise<Observation>>((act, node) => {
      const lock = locks.get(node) ?? openLock();
      locks.set(node, lock);
      return () => (node === to && port !== undefined ? lock.take(act) : lock.share(act));
    }, send)();
  };
}

/**
 * How many datagrams were sent to one address of a target, and how long it was silent; `undefined` for everything else.
 * After silence a second one leaves, also where the deadline is too short for it to count as a second try.
 */
function silentIn({ careful }: Task, { answers }: Observation): { sent: number; waitedMs: number } | undefined {
  const [only, ...more] = answers;
  if (only?.outcome.kind !== "silent" || more.length > 0) return undefined;
  return { sent: careful === true ? 1 : 2, waitedMs: only.outcome.waitedMs };
}

/** What the looks show; the last of the first `before` was the last one before the probe. */
export function compare(
  samples: readonly Sample[],
  before: number,
  { sentMs, endMs }: { sentMs: number; endMs: number },
): { datagrams: number; isOnTime: boolean } | undefined {
  const [base, last] = [samples[before - 1], samples.at(-1)];
  if (base === undefined || last === undefined || last.atMs < endMs || last.datagrams < base.datagrams)
    return undefined;
  const isMoved = (one: Sample): boolean => one.datagrams !== base.datagrams || one.queuedBytes !== base.queuedBytes;
  // What waits to be read is not in the count yet.
  const datagrams = Math.max(last.datagrams - base.datagrams, samples.slice(before).some(isMoved) ? 1 : 0);
  const at = samples.findIndex((one, index) => index >= before && isMoved(one));
  const [first, previous] = [samples[at], samples[at - 1]];
  const isOnTime =
    first !== undefined &&
    previous !== undefined &&
    first.atMs >= sentMs &&
    previous.atMs <= sentMs + slackMs &&
    !samples.slice(0, before).some(isMoved);
  return { datagrams, isOnTime };
}

async function until(isThere: () => boolean, signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!isThere() && performance.now() < endMs && !signal.aborted) await pause(everyMs / 4);
}

/** Many may share a machine at a time, or one has it alone; who waits for that goes before those who come to share later. */
function openLock() {
  const sharing = new Set<Promise<unknown>>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    share: async <Result>(act: () => Promise<Result>): Promise<Result> => {
      for (let seen: unknown; seen !== last;) {
        seen = last;
        await last;
      }
      const acting = act();
      const ended = acting.then(
        () => undefined,
        () => undefined,
      );
      sharing.add(ended);
      try {
        return await acting;
      } finally {
        sharing.delete(ended);
      }
    },
    take: <Result>(act: () => Promise<Result>): Promise<Result> => {
      const before = last;
      const acting = (async () => {
        await before;
        await Promise.all(sharing);
        return act();
      })();
      last = acting.then(
        () => undefined,
        () => undefined,
      );
      return acting;
    },
  };
}
