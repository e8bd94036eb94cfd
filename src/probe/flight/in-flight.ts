import type { Evidence } from "../../model/outcome.ts";
import { unsent } from "../../model/unsent.ts";
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
  /**
   * Does something that asks again, unless a second question could do harm: after `delayMs`, or as early as a short
   * deadline demands so that both questions have time for an answer.
   */
  tryAgain(delayMs: number, act: () => void): void;
  /** Notes that a question leaves now. Gives what its answer shows if it is the second try: about a second after the first. */
  noteSent(): Tries;
  /** The question that was noted last did not leave after all. */
  takeBack(): void;
  hasSent(): boolean;
}

/** How often a process that was starved at the deadline waits a little longer for answers that it may have delayed. */
const gracesAtDeadline = 2;
/**
 * A second try is one only about a second after the first (spaced confirmation), which may have left a moment after the
 * probe began.
 */
const betweenTriesMs = 900;
/** A second try that would have less time than this before the deadline begins earlier. */
const leastForTryMs = 500;
/** Then it begins after this part of the time: as much as answers of one try may take is left for the other. */
const earlyPart = 0.4;
/** A try that left later than this before the deadline cannot be called unanswered. */
const leastForAnswerMs = 400;

/**
 * Runs one probe to its end: its own verdict, the deadline of `context.timeoutMs`, or an abort, whichever comes first.
 * At the deadline `atDeadline` says what was seen; without it, silence. What was there by the deadline is read first.
 * A second try counts only if it had some time left for its answer.
 * Rejects only if `begin` or a promise given to `settleWith` fails.
 */
export function runProbe(
  context: ProbeContext,
  begin: (flight: InFlight) => void,
  atDeadline: AtDeadline = silent,
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

/** Evidence that there were two tries; empty if there was one. */
export type Tries = Pick<Evidence, "tries">;

/** What was seen when the time was over. */
export type AtDeadline = (waitedMs: number, tries: Tries, flight: InFlight) => Seen;

const once: Tries = {};
const twice: Tries = { tries: 2 };

/** Nothing came back. */
export const silent = (waitedMs: number, tries: Tries): Seen => ({
  outcome: { kind: "silent", waitedMs },
  evidence: { ...tries },
});
const aborted = (): Seen => unsent("aborted", "The run was interrupted before an answer came");

/** A class, because ten functions for each of thousands of probes cost more than the rest of their bookkeeping. */
class Flight implements InFlight {
  readonly context: ProbeContext;
  private readonly startedAt = performance.now();
  private readonly deadline: Wait;
  private readonly resolve: (seen: Seen) => void;
  private readonly reject: (error: unknown) => void;
  private releases: (() => void)[] = [];
  /** When questions left. */
  private readonly sentAtMs: number[] = [];
  private ended = false;

  constructor(
    context: ProbeContext,
    atDeadline: AtDeadline,
    resolve: (seen: Seen) => void,
    reject: (error: unknown) => void,
  ) {
    this.context = context;
    this.resolve = resolve;
    this.reject = reject;
    endWith(context.signal, this);
    this.deadline = beginWait(context.timeoutMs, gracesAtDeadline, () => {
      const waitedMs = this.elapsedMs();
      this.settle(atDeadline(waitedMs, this.wasTriedTwice(waitedMs) ? twice : once, this));
    });
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

  tryAgain(delayMs: number, act: () => void): void {
    const { careful, timeoutMs } = this.context;
    if (careful === true) return;
    this.after(timeoutMs - delayMs >= leastForTryMs ? delayMs : timeoutMs * earlyPart, act);
  }

  noteSent(): Tries {
    const now = this.elapsedMs();
    this.sentAtMs.push(now);
    return this.isSecondTry(now) ? twice : once;
  }

  takeBack(): void {
    this.sentAtMs.pop();
  }

  hasSent(): boolean {
    return this.sentAtMs.length > 0;
  }

  private isSecondTry(atMs: number): boolean {
    return atMs - (this.sentAtMs[0] ?? atMs) >= betweenTriesMs;
  }

  private wasTriedTwice(waitedMs: number): boolean {
    return this.sentAtMs.some((atMs) => this.isSecondTry(atMs) && waitedMs - atMs >= leastForAnswerMs);
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
