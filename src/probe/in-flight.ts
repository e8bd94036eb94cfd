import type { Evidence, UnsentCause } from "../model/outcome.ts";
import type { ProbeContext, Seen } from "./prober.ts";

/** A probe on its way. Whatever happens first ends it; everything that happens later is ignored. */
export interface InFlight {
  readonly context: ProbeContext;
  /** Milliseconds since the probe began, on the monotonic clock. */
  elapsedMs(): number;
  settle(seen: Seen): void;
  /** Settles with what is found out later, and ends the probe with that error if finding out fails. */
  settleWith(later: Promise<Seen>): void;
  /** Does something later, unless the probe has ended by then. */
  after(delayMs: number, act: () => void): void;
  /** Releases a socket, a process or a place in a table when the probe ends; at once if it has ended already. */
  onEnd(release: () => void): void;
  hasEnded(): boolean;
}

/** What is to be done when a signal aborts: one listener for each signal, however many probes are on their way. */
const interrupted = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `act` when `signal` aborts; the function that comes back takes that back, in constant time. */
function whenAborted(signal: AbortSignal, act: () => void): () => void {
  let acts = interrupted.get(signal);
  if (acts === undefined) {
    const fresh = new Set<() => void>();
    signal.addEventListener("abort", () => fresh.forEach((each) => each()), { once: true });
    interrupted.set(signal, fresh);
    acts = fresh;
  }
  const all = acts.add(act);
  return () => all.delete(act);
}

/** The outcome of a probe that this side could not send. */
export function unsent(cause: UnsentCause, detail: string, evidence: Evidence = {}): Seen {
  return { outcome: { kind: "unsent", cause, detail }, evidence };
}

/**
 * Runs one probe to its end: its own verdict, the deadline of `context.timeoutMs`, or an abort, whichever comes first.
 * At the deadline `atDeadline` says what was seen; without it, silence. Rejects only if `begin` or a promise given to
 * `settleWith` fails.
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
      settleWith: (later) => void later.then(settle, fail),
      after(delayMs, act) {
        const timer = setTimeout(act, delayMs);
        flight.onEnd(() => clearTimeout(timer));
      },
      onEnd(release) {
        if (ended) release();
        else releases.push(release);
      },
      hasEnded: () => ended,
    };
    flight.onEnd(whenAborted(signal, () => settle(aborted)));
    flight.after(timeoutMs, () => {
      const waitedMs = elapsedMs();
      settle(atDeadline?.(waitedMs) ?? { outcome: { kind: "silent", waitedMs }, evidence: {} });
    });
    try {
      begin(flight);
    } catch (error) {
      fail(error);
    }
  });
}
