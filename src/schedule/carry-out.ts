import type { Observation } from "../model/outcome.ts";
import type { Observe, Task } from "../model/task.ts";
import { nothingSent } from "../model/unsent.ts";
import type { Agenda } from "./agenda.ts";

/** How long an Observe that was aborted may take to return before it is left behind, in milliseconds. */
const abortGraceMs = 1_000;
/** How often it is looked whether one has not returned in time; nobody waits for that to the millisecond. */
const lookEveryMs = 1_000;

/** Calls of Observes that are not trusted to behave: whatever they do, each ends with one observation. */
export interface Calls {
  /**
   * Calls an Observe. One that throws or rejects, or that has not returned after `guardMs`, gives `unsent` with cause
   * `internal`; one that does not return within a second after the abort gives `unsent` with cause `aborted`.
   */
  carryOut(observe: Observe, task: Task, guardMs: number, end: (observation: Observation) => void): void;
  /** Call once when the signal has aborted. */
  aborted(): void;
  /** Calls that have not ended. */
  readonly underWay: number;
}

interface Call {
  /** On the monotonic clock. */
  overdueAt: number;
  guardMs: number;
  finish: (observation: Observation) => void;
}

/** Opens the calls of one run. One look a second at all calls under way takes the place of a timer for each. */
export function openCalls(signal: AbortSignal, agenda: Agenda): Calls {
  const calls = new Set<Call>();
  let isWatching = false;

  const look = () => {
    isWatching = false;
    const now = performance.now();
    for (const { overdueAt, guardMs, finish } of calls) {
      if (overdueAt <= now) finish(nothingSent("internal", `the probe did not return within ${guardMs} ms`));
    }
    watch();
  };
  const watch = () => {
    if (isWatching || calls.size === 0) return;
    isWatching = true;
    agenda.at(performance.now() + lookEveryMs, look);
  };

  return {
    carryOut(observe, task, guardMs, end) {
      const finish = (observation: Observation) => {
        if (calls.delete(call)) end(observation);
      };
      const call: Call = { overdueAt: performance.now() + guardMs, guardMs, finish };
      const fail = (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        finish(nothingSent("internal", `the probe failed: ${why}`));
      };
      calls.add(call);
      watch();
      try {
        observe(task, signal).then(finish, fail);
      } catch (error) {
        fail(error);
      }
    },
    aborted() {
      agenda.at(performance.now() + abortGraceMs, () => {
        for (const { finish } of calls) finish(nothingSent("aborted", "the run was interrupted"));
      });
    },
    get underWay() {
      return calls.size;
    },
  };
}
