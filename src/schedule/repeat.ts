/** How often a watch sends again, in milliseconds. */
export interface RepeatTimes {
  /** Pause between two rounds. */
  everyMs: number;
  /** Between two looks at what is green, while all is green. */
  greenEveryMs: number;
  /**
   * Between two probes of a service that a second connection could harm (docs/notes/probe-safety.md). Absent: TCP,
   * where a connection that the firewall stops does no harm, every five minutes; a datagram, which may arrive unseen,
   * never again.
   */
  carefulEveryMs?: number | undefined;
}

/** What is known of a probe when a round begins. */
export interface Standing {
  /** When it was last sent; absent if it never was. */
  sentAtMs?: number | undefined;
  isGreen: boolean;
  /** True where repeating could do harm. */
  isCareful: boolean;
  isDatagram: boolean;
}

/** What is known of all of them. Times are milliseconds on one clock. */
export interface Moment {
  nowMs: number;
  allGreenSinceMs?: number | undefined;
  /** For how long all must be green, if steadiness is asked for. */
  steadyForMs?: number | undefined;
}

const carefulTcpEveryMs = 300_000;

/**
 * True if a probe is to be sent in the round that begins now: what was never sent, what is not green, and, while all is
 * green, at a slow pace what is. A careful probe that was answered is left alone for good. When the time of steadiness
 * is over, whatever was not sent since is sent once more, so that its end is seen and not assumed.
 */
export function isDue(
  { sentAtMs, isGreen, isCareful, isDatagram }: Standing,
  pace: RepeatTimes,
  moment: Moment,
): boolean {
  const { nowMs, allGreenSinceMs } = moment;
  if (sentAtMs === undefined) return true;
  if (isCareful) return !isGreen && nowMs - sentAtMs >= carefulEvery(isDatagram, pace);
  if (!isGreen) return true;
  if (allGreenSinceMs === undefined) return false;
  const endMs = steadyEnd(moment);
  return nowMs - sentAtMs >= pace.greenEveryMs || (nowMs >= endMs && sentAtMs < endMs);
}

/** True if a probe will never be sent again while it is as it is. */
export const isSpent = ({ sentAtMs, isGreen, isCareful, isDatagram }: Standing, pace: RepeatTimes): boolean =>
  sentAtMs !== undefined && isCareful && !isGreen && carefulEvery(isDatagram, pace) === Infinity;

/** True if all is green, has been for the time that is asked for, and was seen to be at its end. */
export function isSteady(standings: readonly Standing[], moment: Moment): boolean {
  if (moment.allGreenSinceMs === undefined) return false;
  if (moment.steadyForMs === undefined) return true;
  const endMs = steadyEnd(moment);
  return moment.nowMs >= endMs && standings.every(({ isCareful, sentAtMs }) => isCareful || (sentAtMs ?? 0) >= endMs);
}

const carefulEvery = (isDatagram: boolean, { carefulEveryMs }: RepeatTimes): number =>
  carefulEveryMs ?? (isDatagram ? Infinity : carefulTcpEveryMs);

/** When the time of steadiness is over; `Infinity` if none runs. */
export const steadyEnd = ({ allGreenSinceMs, steadyForMs }: Omit<Moment, "nowMs">): number =>
  allGreenSinceMs === undefined || steadyForMs === undefined ? Infinity : allGreenSinceMs + steadyForMs;
