import type { Observation } from "../model/outcome.ts";
import type { Observe, Task } from "../model/task.ts";
import { nothingSent } from "../model/unsent.ts";
import type { Agenda } from "./agenda.ts";

/** How long an Observe that was aborted may take to return before it is left behind, in milliseconds. */
const abortGraceMs = 1_000;
/** How often it is looked whether one has not returned in time; nobody waits for that to the millisecond. */
const lookEveryMs = 1_000;

/** Calls of Observes that are not trusted to behave: whatever they do, each ends with one observation. */
export interface Calls<Caller> {
  /**
   * Calls an Observe. One that throws or rejects, or that has not returned after `guardMs`, gives `unsent` with cause
   * `internal`; one that does not return within a second after the abort gives `unsent` with cause `aborted`.
   */
  carryOut(caller: Caller, observe: Observe, task: Task, guardMs: number): void;
  /** Call once when the signal has aborted. */
  aborted(): void;
  /** Calls that have not ended. */
  readonly underWay: number;
}

interface Call<Caller> {
  caller: Caller;
  guardMs: number;
  /** On the monotonic clock. */
  overdueAt: number;
}

/**
 * Opens the calls of one run; `end` is told what each of them saw. One look a second at all calls under way takes the
 * place of a timer for each.
 */
export function openCalls<Caller>(
  signal: AbortSignal,
  agenda: Agenda,
  end: (caller: Caller, observation: Observation) => void,
): Calls<Caller> {
  const calls = new Set<Call<Caller>>();
  let isWatching = false;

  const finish = (call: Call<Caller>, observation: Observation) => {
    if (calls.delete(call)) end(call.caller, observation);
  };
  const fail = (call: Call<Caller>, error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    finish(call, nothingSent("internal", `the probe failed: ${why}`));
  };

  const look = () => {
    isWatching = false;
    const now = performance.now();
    for (const call of calls) {
      if (call.overdueAt > now) continue;
      finish(call, nothingSent("internal", `the probe did not return within ${call.guardMs} ms`));
    }
    watch();
  };
  const watch = () => {
    if (isWatching || calls.size === 0) return;
    isWatching = true;
    agenda.at(performance.now() + lookEveryMs, look);
  };

  return {
    carryOut(caller, observe, task, guardMs) {
      const call = { caller, guardMs, overdueAt: performance.now() + guardMs };
      calls.add(call);
      watch();
      try {
        observe(task, signal).then(
          (observation) => finish(call, observation),
          (error: unknown) => fail(call, error),
        );
      } catch (error) {
        fail(call, error);
      }
    },
    aborted() {
      agenda.at(performance.now() + abortGraceMs, () => {
        for (const call of calls) finish(call, nothingSent("aborted", "the run was interrupted"));
      });
    },
    get underWay() {
      return calls.size;
    },
  };
}
