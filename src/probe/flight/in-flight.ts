import type { Evidence } from "../../model/outcome.ts";
import { unsent } from "../../model/unsent.ts";
import { type Wait, afterReading, beginWait, cancel } from "./deadline.ts";
import type { ProbeContext, Seen } from "./prober.ts";
import { type Lingerer, enterFlight, forgetLingerer, leaveFlight, linger } from "./lingering.ts";
import { type Tries, lateBy, secondTryAtMs, triesInVain, triesOf } from "./tries.ts";
import { endIndependently, endWith } from "./when-aborted.ts";
import { whenQuiet } from "./when-quiet.ts";

/** A probe on its way. Whatever happens first ends it; everything that happens later is ignored. */
export interface InFlight {
  readonly context: ProbeContext;
  /** Milliseconds since the probe began, on the monotonic clock. */
  elapsedMs(): number;
  settle(seen: Seen): void;
  /**
   * Settles with what is found out later, and ends the probe with that error if finding out fails. Until then there is
   * no deadline: something was seen. `undefined` says that it was nothing after all, and the wait goes on.
   */
  settleWith(later: Promise<Seen | undefined>): void;
  /** Does something later, unless the probe has ended by then or what came in meanwhile ends it. */
  after(delayMs: number, act: () => void): void;
  /** Releases a socket, a process or a place in a table when the probe ends; at once if it has ended already. */
  onEnd(release: () => void): void;
  hasEnded(): boolean;
  /**
   * Its deadline is over and nothing came. Only an error that says why still counts, as long as other probes are under
   * way; an answer does not, and nothing more is sent.
   */
  isLate(): boolean;
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
  /** Notes an error that proves nothing; it is told if nothing else comes. */
  doubt(error: Doubtful): void;
}

/** An ICMP error that may be forged. */
export type Doubtful = NonNullable<Evidence["unverifiedError"]>;

/** How often a process that was starved at the deadline waits a little longer for answers that it may have delayed. */
const gracesAtDeadline = 2;
/**
 * Runs one probe to its end: its own verdict, the deadline of `context.timeoutMs`, or an abort, whichever comes first.
 * At the deadline `atDeadline` says what was seen; without it, silence. What was there by the deadline is read first.
 * A second try counts only if it had some time left for its answer. Where that was silence, an error that says why still
 * counts as long as other probes of this process are under way (docs/notes/icmp-errors.md).
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

/** How long a probe that was silent may still be told of an error, if the run lasts so long. */
const longestLingerMs = 5_000;
/** What says why nothing came. */
const explains: ReadonlySet<string> = new Set(["refused", "prohibited", "unreachable"]);

/** What was seen when the time was over. */
export type AtDeadline = (waitedMs: number, tries: Tries, flight: InFlight) => Seen;

/** Nothing came back. */
export const silent = (waitedMs: number, tries: Tries): Seen => ({
  outcome: { kind: "silent", waitedMs },
  evidence: { ...tries },
});
const aborted = (): Seen => unsent("aborted", "The run was interrupted before an answer came");

/** A class, because ten functions for each of thousands of probes cost more than the rest of their bookkeeping. */
class Flight implements InFlight, Lingerer {
  readonly context: ProbeContext;
  private readonly startedAt = performance.now();
  private deadline: Wait;
  private explaining = 0;
  private readonly atDeadline: AtDeadline;
  private readonly resolve: (seen: Seen) => void;
  private readonly reject: (error: unknown) => void;
  private releases: (() => void)[] = [];
  /** When questions left. */
  private readonly sentAtMs: number[] = [];
  private doubtful: Doubtful | undefined;
  private ended = false;
  /** What was seen by the deadline, once that is over. */
  private late: Seen | undefined;

  constructor(
    context: ProbeContext,
    atDeadline: AtDeadline,
    resolve: (seen: Seen) => void,
    reject: (error: unknown) => void,
  ) {
    this.context = context;
    this.resolve = resolve;
    this.reject = reject;
    this.atDeadline = atDeadline;
    enterFlight();
    endWith(context.signal, this);
    this.deadline = this.waitFor(context.timeoutMs);
  }

  private waitFor(delayMs: number): Wait {
    return beginWait(delayMs, gracesAtDeadline, () => this.giveUp());
  }

  private giveUp(): void {
    const waitedMs = this.elapsedMs();
    whenQuiet(this, () => this.concludeQuiet(waitedMs));
  }

  private concludeQuiet(waitedMs: number): void {
    if (this.ended || this.explaining > 0) return; // something came meanwhile
    const tries = triesInVain(this.sentAtMs, waitedMs);
    const seen = this.withDoubts(this.atDeadline(waitedMs, tries, this));
    if (seen.outcome.kind === "silent" && this.context.careful !== true) this.lingerWith(seen);
    else this.settle(seen);
  }

  /** A router needs seconds to find out that a host is off, more if it knew the host a moment ago. */
  private lingerWith(seen: Seen): void {
    if (this.ended || this.late !== undefined) return;
    this.late = seen;
    leaveFlight();
    if (linger(this)) this.deadline = beginWait(longestLingerMs, 0, () => this.endLinger());
    else this.endLinger();
  }

  endLinger(): void {
    if (this.late !== undefined) this.settle(this.late);
  }

  isLate(): boolean {
    return this.late !== undefined;
  }

  elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  settle(seen: Seen): void {
    const counts = this.late === undefined || explains.has(seen.outcome.kind);
    if (this.end()) this.resolve(counts ? seen : (this.late ?? seen));
  }

  settleWith(later: Promise<Seen | undefined>): void {
    if (this.late === undefined) cancel(this.deadline);
    this.explaining += 1;
    void later.then(
      (seen) => {
        this.explaining -= 1;
        if (seen !== undefined) this.settle(seen);
        else this.waitOn();
      },
      (error: unknown) => this.fail(error),
    );
  }

  /** Nothing after all. However many such things come, the probe ends at its deadline. */
  private waitOn(): void {
    const leftMs = this.context.timeoutMs - this.elapsedMs();
    if (this.late !== undefined) return;
    if (leftMs <= 0) this.giveUp();
    else if (!this.ended && this.explaining === 0) this.deadline = this.waitFor(leftMs);
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
    this.after(secondTryAtMs(delayMs, timeoutMs), () => {
      const lateMs = lateBy(this.sentAtMs, this.elapsedMs(), timeoutMs);
      if (lateMs > 0) this.after(lateMs, act);
      else act();
    });
  }

  noteSent(): Tries {
    const now = this.elapsedMs();
    this.sentAtMs.push(now);
    return triesOf(this.sentAtMs, now);
  }

  takeBack(): void {
    this.sentAtMs.pop();
  }

  hasSent(): boolean {
    return this.sentAtMs.length > 0;
  }

  doubt(error: Doubtful): void {
    this.doubtful = error;
  }

  private withDoubts(seen: Seen): Seen {
    if (this.doubtful === undefined || seen.outcome.kind !== "silent") return seen;
    return { outcome: seen.outcome, evidence: { ...seen.evidence, unverifiedError: this.doubtful } };
  }

  abort(): void {
    this.settle(aborted());
  }

  fail(error: unknown): void {
    if (this.end()) this.reject(error);
  }

  private end(): boolean {
    if (this.ended) return false;
    this.ended = true;
    if (this.late === undefined) leaveFlight();
    else forgetLingerer(this);
    cancel(this.deadline);
    endIndependently(this.context.signal, this);
    const { releases } = this;
    this.releases = [];
    for (const release of releases) release();
    return true;
  }
}
