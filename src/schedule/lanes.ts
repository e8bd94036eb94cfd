import pLimit from "p-limit";
import type { Pauses } from "./pauses.ts";

/** How much may be under way at once, and how fast it may start. */
export interface Limits {
  /** Probes under way in total. */
  concurrency: number;
  /** Probes under way from one vantage point to one target. */
  perTarget: number;
  /** Pause between two starts to one target, from whatever vantage point, in milliseconds. */
  perTargetGapMs: number;
  /**
   * A probe unanswered for so long gives its turn at the target to the next one, as long as half of the total limit is
   * free, in milliseconds; default 250, `Infinity` for never. A host that drops everything then costs about one
   * deadline, not the sum of all, and still cannot take the slots that the other hosts need.
   */
  perTargetPatienceMs?: number | undefined;
  /** Starts per second in total; left out: as fast as the other limits allow. */
  ratePerSecond?: number | undefined;
}

/** Starts work when its turn has come: in total, for its target, and by the rate. */
export interface Lanes {
  /** Resolves with what `work` gives, or with `undefined` if the run was aborted before its turn. */
  run<Result>(vantage: string, target: string, work: () => Promise<Result>): Promise<Result | undefined>;
  /** Halves the total limit, at most once per quarter of a second; for failures that come from too many sockets. */
  throttle(): void;
}

interface Turn {
  work: () => Promise<unknown>;
  end: (result: unknown) => void;
}
interface Lane {
  waiting: Turn[];
  /** Index of the first waiting turn that has not been taken. */
  head: number;
  busy: number;
}
interface Target {
  lanes: Map<string, Lane>;
  /** True while a turn has been taken and waits for the gap, the total limit or the rate. */
  starting: boolean;
  nextStartAt: number;
}

const throttleEveryMs = 250;
const smallestConcurrency = 4;
const now = () => performance.now();

/**
 * Opens the lanes of one run. Turns of one target start one after the other, so only one of them at a time waits for
 * a slot of the total limit: a slot is never held by a probe whose target is not ready, and slots go round all targets.
 */
export function openLanes(limits: Limits, pauses: Pauses): Lanes {
  const patienceMs = limits.perTargetPatienceMs ?? 250;
  const total = pLimit(limits.concurrency);
  const targets = new Map<string, Target>();
  let nextTokenAt = now();
  let throttledAt = -Infinity;

  const paced = async () => {
    if (limits.ratePerSecond === undefined) return;
    const at = Math.max(now(), nextTokenAt);
    nextTokenAt = at + 1000 / limits.ratePerSecond;
    await pauses.sleep(at - now());
  };

  const take = (target: Target): { lane: Lane; turn: Turn } | undefined => {
    for (const [vantage, lane] of target.lanes) {
      const turn = lane.waiting[lane.head];
      if (turn === undefined || lane.busy >= limits.perTarget) continue;
      lane.waiting[lane.head++] = undefined as never; // lets the turn be collected
      // To the end of the map: the vantage points take turns at the target.
      target.lanes.delete(vantage);
      target.lanes.set(vantage, lane);
      return { lane, turn };
    }
    return undefined;
  };

  const pump = (target: Target) => {
    if (target.starting) return;
    const next = take(target);
    if (next === undefined) return;
    target.starting = true;
    next.lane.busy++;
    void admit(target, next.lane, next.turn);
  };

  const admit = async (target: Target, lane: Lane, turn: Turn) => {
    await pauses.sleep(target.nextStartAt - now());
    await total(async () => {
      await paced();
      target.starting = false;
      if (pauses.aborted) return turn.end(undefined);
      target.nextStartAt = now() + limits.perTargetGapMs;
      await hold(target, lane, turn);
    });
  };

  const hold = async (target: Target, lane: Lane, turn: Turn) => {
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      lane.busy--;
      pump(target);
    };
    const giveTurn = () => {
      if (total.activeCount * 2 <= total.concurrency) release();
    };
    const impatience = Number.isFinite(patienceMs) ? setInterval(giveTurn, patienceMs) : undefined;
    const result = (async () => turn.work())(); // starts at once; a throw becomes a rejection, which the caller gets
    pump(target);
    turn.end(result);
    await result.catch(() => undefined);
    clearInterval(impatience);
    release();
  };

  pauses.onAbort(() => {
    for (const { lanes } of targets.values()) {
      for (const lane of lanes.values()) for (const turn of lane.waiting.splice(lane.head)) turn.end(undefined);
    }
  });

  const laneOf = (target: Target, vantage: string): Lane => {
    let lane = target.lanes.get(vantage);
    if (lane === undefined) target.lanes.set(vantage, (lane = { waiting: [], head: 0, busy: 0 }));
    return lane;
  };

  return {
    run<Result>(vantage: string, name: string, work: () => Promise<Result>) {
      return new Promise<Result | undefined>((resolve) => {
        if (pauses.aborted) return resolve(undefined);
        let target = targets.get(name);
        if (target === undefined) targets.set(name, (target = { lanes: new Map(), starting: false, nextStartAt: 0 }));
        laneOf(target, vantage).waiting.push({ work, end: resolve as (result: unknown) => void });
        pump(target);
      });
    },
    throttle() {
      if (now() - throttledAt < throttleEveryMs) return;
      throttledAt = now();
      const inUse = Math.min(total.concurrency, Math.max(total.activeCount, smallestConcurrency));
      total.concurrency = Math.max(Math.min(smallestConcurrency, total.concurrency), Math.floor(inUse / 2));
    },
  };
}
