import { unsent } from "../model/unsent.ts";
import { type Wait, afterReading, beginWait, cancel } from "./deadline.ts";
import type { ProbeContext, Seen } from "./prober.ts";
import { endIndependently, endWith } from "./when-aborted.ts";

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
  atDeadline: (waitedMs: number) => Seen = silent,
): Promise<Seen> {
  if (context.signal.aborted) return Promise.resolve(aborted());
  return new Promise((resolve, reject) => {
    const flight = new Flight(context, atDeadline, resolve, reject);
    try {
      begin(flight);
    } catch (error) {
      flight.fail(error);
    }
  });
}

const silent = (waitedMs: number): Seen => ({ outcome: { kind: "silent", waitedMs }, evidence: {} });
const aborted = (): Seen => unsent("aborted", "The run was interrupted before an answer came");

/** A class, because ten functions for each of thousands of probes cost more than the rest of their bookkeeping. */
class Flight implements InFlight {
  readonly context: ProbeContext;
  private readonly startedAt = performance.now();
  private readonly deadline: Wait;
  private readonly resolve: (seen: Seen) => void;
  private readonly reject: (error: unknown) => void;
  private releases: (() => void)[] = [];
  private ended = false;

  constructor(
    context: ProbeContext,
    atDeadline: (waitedMs: number) => Seen,
    resolve: (seen: Seen) => void,
    reject: (error: unknown) => void,
  ) {
    this.context = context;
    this.resolve = resolve;
    this.reject = reject;
    endWith(context.signal, this);
    this.deadline = beginWait(context.timeoutMs, gracesAtDeadline, () => this.settle(atDeadline(this.elapsedMs())));
  }

  elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  settle(seen: Seen): void {
    if (this.end()) this.resolve(seen);
  }

  settleWith(later: Promise<Seen>): void {
    cancel(this.deadline);
    void later.then(
      (seen) => this.settle(seen),
      (error: unknown) => this.fail(error),
    );
  }

  after(delayMs: number, act: () => void): void {
    this.onEnd(afterReading(delayMs, 0, act));
  }

  onEnd(release: () => void): void {
    if (this.ended) release();
    else this.releases.push(release);
  }

  hasEnded(): boolean {
    return this.ended;
  }

  abort(): void {
    this.settle(aborted());
  }

  fail(error: unknown): void {
    if (this.end()) this.reject(error);
  }

  /** False if it had ended before. */
  private end(): boolean {
    if (this.ended) return false;
    this.ended = true;
    cancel(this.deadline);
    endIndependently(this.context.signal, this);
    const { releases } = this;
    this.releases = [];
    for (const release of releases) release();
    return true;
  }
}
