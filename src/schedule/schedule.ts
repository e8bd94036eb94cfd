import { setMaxListeners } from "node:events";
import type { Observation } from "../model/outcome.ts";
import type { Observe, Task } from "../model/task.ts";
import { carryOut } from "./carry-out.ts";
import { combine } from "./combine.ts";
import { interleave } from "./interleave.ts";
import { type Lanes, type Limits, openLanes } from "./lanes.ts";
import { openPauses, type Pauses } from "./pauses.ts";

/** One task, the vantage point that carries it out, and whether it may be repeated. */
export interface ScheduledProbe {
  id: string;
  vantage: string;
  /** What the limit per target counts: the target's address or name. */
  target: string;
  task: Task;
  /** False where a second connection or datagram could do harm. */
  mayConfirm: boolean;
}

export interface ScheduleOptions extends Limits {
  /** The vantage point of this name. */
  observe: (vantage: string) => Observe;
  /** True if what was seen is not what was hoped for, so that it deserves a confirmation. */
  isSurprising: (id: string, observation: Observation) => boolean;
  /** Least time from the start of the first attempt to the start of its confirmation, in milliseconds. */
  confirmSpacingMs: number;
  signal: AbortSignal;
  /** Called once for each probe as soon as it is done, in order of completion. */
  onObserved?: ((id: string, observed: Observed) => void) | undefined;
  /** Time on top of three deadlines after which an Observe counts as hung, in milliseconds; default 60,000. */
  guardGraceMs?: number | undefined;
}

/** What became of one probe. */
export interface Observed {
  observation: Observation;
  /** How often the task was carried out. Attempts in which this machine could send nothing at all and which were repeated do not count. */
  attempts: number;
  /** Every attempt that saw something else than `observation`, oldest first. */
  earlier: Observation[];
}

/** Pauses before an attempt is repeated that failed for want of descriptors or source ports. */
const backOffMs = [200, 600, 1800];

const answersWith = (observation: Observation, causes: readonly string[]) =>
  observation.answers.some(({ outcome }) => outcome.kind === "unsent" && causes.includes(outcome.cause));
const wasAborted = (observation: Observation) => answersWith(observation, ["aborted"]);
const wasStarved = (observation: Observation) => answersWith(observation, ["descriptors", "source-ports"]);
const wasSent = (observation: Observation) => observation.answers.some(({ outcome }) => outcome.kind !== "unsent");

/**
 * Carries out every probe and gives what each saw, by id. Probes run at the same time within the limits; targets take
 * turns. A surprising observation is confirmed once. Probes that an abort kept from starting or ended early are
 * absent from the map. Rejects only if one of the functions in `options` throws.
 */
export async function schedule(
  probes: readonly ScheduledProbe[],
  options: ScheduleOptions,
): Promise<Map<string, Observed>> {
  setMaxListeners(0, options.signal); // each running probe listens
  const pauses = openPauses(options.signal);
  const run: Run = { options, pauses, lanes: openLanes(options, pauses) };
  const seen = new Map<string, Observed>();
  try {
    await Promise.all(
      interleave(probes).map(async (probe) => {
        const observed = await follow(probe, run);
        if (observed === undefined) return;
        seen.set(probe.id, observed);
        options.onObserved?.(probe.id, observed);
      }),
    );
  } finally {
    pauses.close();
  }
  return seen;
}

interface Run {
  options: ScheduleOptions;
  pauses: Pauses;
  lanes: Lanes;
}

/** The life of one probe: first attempt, and its confirmation if it is allowed and called for. */
async function follow(probe: ScheduledProbe, run: Run): Promise<Observed | undefined> {
  const { options, pauses } = run;
  const first = await attempt(probe, run);
  if (first === undefined) return undefined;
  const attempts: [Observation, ...Observation[]] = first.observations;
  if (probe.mayConfirm && options.isSurprising(probe.id, first.last)) {
    await pauses.sleep(first.startedAt + options.confirmSpacingMs - performance.now());
    const second = await attempt(probe, run);
    if (second !== undefined) attempts.push(...second.observations);
  }
  return { attempts: attempts.length, ...combine(attempts) };
}

interface Attempt {
  /** What was seen; several if an attempt that reached only some addresses had to be repeated. */
  observations: [Observation, ...Observation[]];
  last: Observation;
  /** When the last of them started, on the monotonic clock. */
  startedAt: number;
}

/** One attempt, repeated while this machine lacks descriptors or source ports; `undefined` if the run was aborted. */
async function attempt(probe: ScheduledProbe, run: Run): Promise<Attempt | undefined> {
  const { options, pauses, lanes } = run;
  const guardMs = 3 * probe.task.timeoutMs + (options.guardGraceMs ?? 60_000);
  const partial: Observation[] = [];
  for (let failures = 0; ; failures++) {
    let startedAt = 0;
    const last = await lanes.run(probe.vantage, probe.target, () => {
      startedAt = performance.now();
      return carryOut(options.observe(probe.vantage), probe.task, { signal: options.signal, pauses, guardMs });
    });
    if (last === undefined || wasAborted(last)) return undefined;
    const pauseMs = backOffMs[failures];
    const mayRepeat = probe.mayConfirm || !wasSent(last);
    if (!wasStarved(last) || pauseMs === undefined || !mayRepeat) {
      const [head, ...tail] = [...partial, last];
      return { observations: [head as Observation, ...tail], last, startedAt };
    }
    if (wasSent(last)) partial.push(last);
    lanes.throttle();
    await pauses.sleep(pauseMs);
  }
}
