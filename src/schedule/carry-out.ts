import type { Observation } from "../model/outcome.ts";
import type { Observe, Task } from "../model/task.ts";
import { nothingSent } from "../model/unsent.ts";
import type { Pauses } from "./pauses.ts";

/** How long an Observe that was aborted may take to return before it is left behind, in milliseconds. */
const abortGraceMs = 1000;

/**
 * Calls an Observe that is not trusted to behave: whatever it does, the promise resolves. One that throws or rejects,
 * or that has not returned after `guardMs`, gives `unsent` with cause `internal`; one that does not return within a
 * second after the abort gives `unsent` with cause `aborted`.
 */
export function carryOut(
  observe: Observe,
  task: Task,
  limits: { signal: AbortSignal; pauses: Pauses; guardMs: number },
): Promise<Observation> {
  return new Promise((resolve) => {
    let abortTimer: ReturnType<typeof setTimeout> | undefined;
    const end = (observation: Observation) => {
      clearTimeout(guard);
      clearTimeout(abortTimer);
      forget();
      resolve(observation);
    };
    const guard = setTimeout(() => {
      end(nothingSent("internal", `the probe did not return within ${limits.guardMs} ms`));
    }, limits.guardMs);
    const forget = limits.pauses.onAbort(() => {
      abortTimer = setTimeout(() => end(nothingSent("aborted", "the run was interrupted")), abortGraceMs);
    });
    const fail = (error: unknown) => {
      end(nothingSent("internal", `the probe failed: ${error instanceof Error ? error.message : String(error)}`));
    };
    try {
      observe(task, limits.signal).then(end, fail);
    } catch (error) {
      fail(error);
    }
  });
}
