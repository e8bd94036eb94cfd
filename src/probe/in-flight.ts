import { unsent } from "../model/unsent.ts";
import { afterReading } from "./deadline.ts";
import type { ProbeContext, Seen } from "./prober.ts";
import { whenAborted } from "./when-aborted.ts";

/** A probe on its way. Whatever happens first ends it; everything that happens later is ignored. */
export interface InFlight {
  readonly context: ProbeContext;
  /** Milliseconds since the probe began, on the monotonic clock. */
  elapsedMs(): number;
  settle(seen: Seen): void;
  /**
   * Settles with what is found out later, and ends the probe with that error if finding out fails. From now on there is
   * no deadline: something was seen.
   */
  settleWith(later: Promise<Seen>): void;
  /** Does something later, unless the probe has ended by then or what came in meanwhile ends it. */
  after(delayMs: number, act: () => void): void;
  /** Releases a socket, a process or a place in a table when the probe ends; at once if it has ended already. */
  onEnd(release: () => void): void;
  hasEnded(): boolean;
}

/** How often a process that was starved at the deadline waits a little longer for answers that it may have delayed. */
const gracesAtDeadline = 2;

/**
 * Runs one probe to its end: its own verdict, the deadline of `context.timeoutMs`, or an abort, whichever comes first.
 * At the deadline `atDeadline` says what was seen; without it, silence. What was there by the deadline is read first.
 * Rejects only if `begin` or a promise given to `settleWith` fails.
 */
export function runProbe(
  context: ProbeContext,
  begin: (flight: InFlight) => void,
  atDeadline?: (waitedMs: number) => Seen,
): Promise<Seen> {
  const { signal, timeoutMs } = context;
  const aborted = unsent("aborted", "The run was interrupted before an answer came");
  if (signal.aborted) return Promise.resolve(aborted);
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const elapsedMs = () => performance.now() - startedAt;
    const releases: (() => void)[] = [];
    let ended = false;
    const end = (conclude: () => void) => {
      if (ended) return;
      ended = true;
      for (const release of releases.splice(0)) release();
      conclude();
    };
    const settle = (seen: Seen) => end(() => resolve(seen));
    const fail = (error: unknown) => end(() => reject(error));
    const flight: InFlight = {
      context,
      elapsedMs,
      settle,
      settleWith(later) {
        cancelDeadline();
        void later.then(settle, fail);
      },
      after(delayMs, act) {
        flight.onEnd(afterReading(delayMs, 0, act));
      },
      onEnd(release) {
        if (ended) release();
        else releases.push(release);
      },
      hasEnded: () => ended,
    };
    flight.onEnd(whenAborted(signal, () => settle(aborted)));
    const cancelDeadline = afterReading(timeoutMs, gracesAtDeadline, () => {
      const waitedMs = elapsedMs();
      settle(atDeadline?.(waitedMs) ?? { outcome: { kind: "silent", waitedMs }, evidence: {} });
    });
    flight.onEnd(cancelDeadline);
    try {
      begin(flight);
    } catch (error) {
      fail(error);
    }
  });
}
