import type { Observed } from "../model/run/observed.ts";
import type { Observation } from "../model/outcome.ts";
import type { BySample } from "../model/run/run.ts";
import type { Observe, Task } from "../model/task.ts";
import { openAgenda } from "./agenda.ts";
import { openCalls } from "./carry-out.ts";
import { combine } from "./combine.ts";
import { openDoors } from "./doors.ts";
import { openLanes, type Start } from "./lanes.ts";
import type { Limits } from "./limits.ts";
import { Queue } from "./queue.ts";
import { type Alike, openSampling } from "./sample.ts";

/** One task, the vantage point that carries it out, and whether it may be repeated. */
export interface ScheduledProbe {
  id: string;
  vantage: string;
  /** What the limit per target counts: the target's address or name. */
  target: string;
  task: Task;
  /** False where a second connection or datagram could do harm. */
  mayConfirm: boolean;
  /** Of probes with the same value one is under way at a time: several addresses of a service that wants to be asked alone. */
  alone?: string;
}

export interface ScheduleOptions extends Limits {
  /** The vantage point of this name. */
  observe: (vantage: string) => Observe;
  /**
   * Resolves when a vantage point can send, or cannot and will say why; `undefined` once that is known. Until then its
   * probes take no turn from others. Default: all can.
   */
  whenOpen?: ((vantage: string) => Promise<void> | undefined) | undefined;
  /** True if what was seen is not what was hoped for, so that it deserves a confirmation. */
  isSurprising: (id: string, observation: Observation) => boolean;
  /**
   * Names the kind of an answer, the same for answers that are the same: of many alike from one network only a sample is
   * confirmed, see `openSampling`. `undefined` for what has to be confirmed itself. Default: all has.
   */
  answerKind?: ((observation: Observation) => string | undefined) | undefined;
  /** Least time from the start of the first attempt to the start of its confirmation, in milliseconds. */
  confirmSpacingMs: number;
  signal: AbortSignal;
  /** Called whenever everything has been started that may be started by now, and the rest is waiting. */
  onAllStarted?: (() => void) | undefined;
  /** Called once for each probe as soon as it is done, in order of completion. */
  onObserved?: ((id: string, observed: Observed) => void) | undefined;
  /**
   * Called when this machine had no descriptors or source ports left and the run goes on with fewer probes under way;
   * `concurrency` is the new limit.
   */
  onSlowed?: ((concurrency: number) => void) | undefined;
  /** Where what was seen is put, by probe id; a map that the caller may take things out of again. Default a new one. */
  observed?: Map<string, Observed> | undefined;
  /** Time on top of three deadlines after which an Observe counts as hung, in milliseconds; default 60,000. */
  guardGraceMs?: number | undefined;
}

/** Pauses before an attempt is repeated that failed for want of descriptors or source ports. */
const backOffMs = [200, 600, 1800];

const answersWith = (observation: Observation, causes: readonly string[]) =>
  observation.answers.some(({ outcome }) => outcome.kind === "unsent" && causes.includes(outcome.cause));
const wasAborted = (observation: Observation) => answersWith(observation, ["aborted"]);
const wasStarved = (observation: Observation) => answersWith(observation, ["descriptors", "source-ports"]);
/** A prober may have tried twice by itself. */
function triesOfAll(attempts: readonly Observation[]): number {
  let sum = 0;
  for (const { answers } of attempts) sum += answers.some(({ evidence }) => evidence.tries === 2) ? 2 : 1;
  return sum;
}
const wasSent = (observation: Observation) => observation.answers.some(({ outcome }) => outcome.kind !== "unsent");

/** A probe between its first start and its end; before that it needs none, and of a million most wait. */
interface Life extends Alike {
  readonly probe: ScheduledProbe;
  /** What its attempts saw, oldest first. */
  attempts: readonly Observation[];
  /** What the attempt under way saw at some addresses before it had to be repeated for the others. */
  partial: readonly Observation[];
  /** Repetitions of the attempt under way. */
  failures: number;
  isConfirming: boolean;
  startedAt: number;
  /** Of the attempt under way. */
  turn: Start | undefined;
}

const none: readonly never[] = [];

const begin = (probe: ScheduledProbe): Life => ({
  probe,
  attempts: none,
  partial: none,
  failures: 0,
  isConfirming: false,
  startedAt: 0,
  turn: undefined,
});

/** What waits for its turn: a probe for the first time, or its life that goes on. */
type Waiting = ScheduledProbe | Life;
const probeOf = (one: Waiting): ScheduledProbe => ("probe" in one ? one.probe : one);

/**
 * Carries out every probe and gives what each saw, by id. Probes run at the same time within the limits; targets take
 * turns. A surprising observation is confirmed once, and holds up no other probe until then. Probes that an abort kept
 * from starting or ended early are absent from the map. Rejects only if one of the functions in `options` throws.
 */
export function schedule(probes: readonly ScheduledProbe[], options: ScheduleOptions): Promise<Map<string, Observed>> {
  const { signal, observed: seen = new Map<string, Observed>() } = options;
  const agenda = openAgenda();
  /** Those that wait for a confirmation: their first attempt stands, whatever becomes of it. */
  const unconfirmed = new Set<Life>();
  /** Those that wait for another with the same value of `alone`. */
  const queues = new Map<string, Queue<ScheduledProbe>>();
  let left = probes.length;
  /** Those that are in the lanes. */
  let inLanes = 0;

  return new Promise((resolve, reject) => {
    const close = () => {
      signal.removeEventListener("abort", abort);
      lanes.close();
      agenda.close();
    };
    const resolveIfOver = () => {
      if (left > 0 && !(signal.aborted && calls.underWay === 0)) return;
      close();
      resolve(seen);
    };
    /** A function of the caller that throws ends the run. */
    const guarded = (act: () => void) => {
      try {
        act();
      } catch (error) {
        close();
        reject(error);
      }
    };

    const enter = (one: Waiting) => {
      inLanes++;
      letIn(probeOf(one).vantage, one);
    };
    const letIn = openDoors<Waiting>(options.whenOpen, (from, one) => lanes.enter(from, probeOf(one).target, one));

    const enterAt = (life: Life, time: number, act: (life: Life) => void = enter) => {
      if (life.isConfirming) unconfirmed.add(life);
      if (time <= performance.now()) act(life);
      else agenda.at(time, () => act(life));
    };

    const start = (one: Waiting, turn: Start) =>
      guarded(() => {
        const life = "probe" in one ? one : begin(one);
        const { task, vantage } = life.probe;
        const observe = options.observe(vantage);
        unconfirmed.delete(life);
        life.turn = turn;
        life.startedAt = performance.now();
        calls.carryOut(life, observe, task, 3 * task.timeoutMs + (options.guardGraceMs ?? 60_000));
        if (--inLanes === 0) options.onAllStarted?.();
      });
    const lanes = openLanes(options, agenda, start);

    const end = (life: Life, observation: Observation) =>
      guarded(() => {
        const { turn } = life;
        life.turn = undefined;
        take(life, observation); // may begin the next attempt at once
        if (turn !== undefined) lanes.leave(turn);
        resolveIfOver();
      });
    const calls = openCalls(signal, agenda, end);

    /** What an attempt saw: it is repeated, confirmed, or the end. */
    const take = (life: Life, last: Observation) => {
      const { probe } = life;
      if (wasAborted(last)) return conclude(life);
      const pauseMs = backOffMs[life.failures];
      if (pauseMs !== undefined && wasStarved(last) && (probe.mayConfirm || !wasSent(last))) {
        if (signal.aborted) return conclude(life);
        if (wasSent(last)) life.partial = [...life.partial, last];
        life.failures++;
        const concurrency = lanes.throttle();
        if (concurrency !== undefined) options.onSlowed?.(concurrency);
        return enterAt(life, performance.now() + pauseMs);
      }
      const isFirst = life.attempts.length + life.partial.length === 0;
      life.attempts = isFirst ? [last] : [...life.attempts, ...life.partial, last];
      if (life.isConfirming) sampling.confirmed(life, kindOf(last));
      const isLast = signal.aborted || life.isConfirming || !probe.mayConfirm;
      if (isLast || !options.isSurprising(probe.id, last)) return conclude(life);
      Object.assign(life, { isConfirming: true, partial: none, failures: 0 });
      const { vantage, target, task } = probe;
      const mayStand = sampling.mayStand(life, { vantage, target, question: task.probe, kind: kindOf(last) });
      enterAt(life, life.startedAt + options.confirmSpacingMs, mayStand ? sampling.decide : enter);
    };

    const kindOf = (observation: Observation) => options.answerKind?.(observation);
    const sampling = openSampling<Life>({
      again: enter,
      stand: (life, bySample) =>
        guarded(() => {
          if (!unconfirmed.delete(life)) return; // it was interrupted meanwhile
          conclude(life, bySample);
          resolveIfOver();
        }),
    });

    const conclude = (life: Life, bySample?: BySample) => {
      left--;
      const { alone } = life.probe;
      const next = alone === undefined ? undefined : queues.get(alone)?.shift();
      if (next !== undefined && !signal.aborted) enter(next);
      const { attempts } = life;
      if (attempts.length === 0) return;
      const { observation, earlier } = combine(attempts);
      const observed: Observed = { observation, attempts: triesOfAll(attempts), earlier };
      if (bySample !== undefined) observed.bySample = bySample;
      seen.set(life.probe.id, observed);
      options.onObserved?.(life.probe.id, observed);
    };

    const lineUp = (probe: ScheduledProbe) => {
      const { alone } = probe;
      const queue = alone === undefined ? undefined : queues.get(alone);
      if (queue !== undefined) return queue.push(probe);
      if (alone !== undefined) queues.set(alone, new Queue());
      return enter(probe);
    };

    const abort = () =>
      guarded(() => {
        lanes.close();
        calls.aborted();
        for (const life of unconfirmed) conclude(life);
        resolveIfOver();
      });

    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) return abort();
    for (const probe of probes) lineUp(probe);
    lanes.open();
    resolveIfOver();
  });
}
