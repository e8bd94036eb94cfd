/** How often a watch sends again, in milliseconds. */
export interface RepeatTimes {
  /** Pause between two rounds. */
  everyMs: number;
  /** Between two looks at what is green. They are spread over that time, so that no round asks all of it at once. */
  greenEveryMs: number;
  /** Where there are many, that time is as long as this for each of them. */
  greenGapMs?: number | undefined;
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
  /** Its place among all probes, above 0 and up to 1: when within `greenEveryMs` it is asked again. */
  turn: number;
}

/** What is known of all of them. Times are milliseconds on one clock. */
export interface Moment {
  nowMs: number;
  startedAtMs: number;
  /** Everything must have been seen since then before the watch may end; absent while it may not. */
  seenSinceMs?: number | undefined;
}

const carefulTcpEveryMs = 300_000;

/** The pace for so many probes. */
export const pacedFor = (pace: RepeatTimes, probes: number): RepeatTimes => ({
  ...pace,
  greenEveryMs: Math.max(pace.greenEveryMs, probes * (pace.greenGapMs ?? 0)),
});

/**
 * True if a probe is to be sent in the round that begins now: what was never sent, what is not green, and, at a slow
 * pace, what is, because a change may close it. A careful probe that was answered is left alone for good. When the watch
 * is about to end, whatever was not sent since all is green is sent once more, so that its end is seen and not assumed.
 */
export function isDue(standing: Standing, pace: RepeatTimes, moment: Moment): boolean {
  const { sentAtMs, isGreen, isCareful, isDatagram } = standing;
  const { nowMs, seenSinceMs } = moment;
  if (sentAtMs === undefined) return true;
  if (isCareful) return !isGreen && nowMs - sentAtMs >= carefulEvery(isDatagram, pace);
  if (!isGreen) return true;
  if (seenSinceMs !== undefined && nowMs >= seenSinceMs && sentAtMs < seenSinceMs) return true;
  return isItsTurn(standing.turn, sentAtMs, pace, moment);
}

/** True if its moment within `greenEveryMs` has come since it was sent. */
function isItsTurn(turn: number, sentAtMs: number, { greenEveryMs }: RepeatTimes, moment: Moment): boolean {
  const firstMs = moment.startedAtMs + turn * greenEveryMs;
  const turnsUntil = (ms: number): number => Math.floor((ms - firstMs) / greenEveryMs);
  return turnsUntil(moment.nowMs) > turnsUntil(sentAtMs);
}

/** True if a probe will never be sent again while it is as it is. */
export const isSpent = ({ sentAtMs, isGreen, isCareful, isDatagram }: Standing, pace: RepeatTimes): boolean =>
  sentAtMs !== undefined && isCareful && !isGreen && carefulEvery(isDatagram, pace) === Infinity;

/** True if the watch may end: all is green, for the time that is asked for, and was seen to be at its end. */
export function isSteady(standings: readonly Standing[], { nowMs, seenSinceMs }: Moment): boolean {
  if (seenSinceMs === undefined || nowMs < seenSinceMs) return false;
  return standings.every(({ isCareful, sentAtMs }) => isCareful || (sentAtMs ?? 0) >= seenSinceMs);
}

const carefulEvery = (isDatagram: boolean, { carefulEveryMs }: RepeatTimes): number =>
  carefulEveryMs ?? (isDatagram ? Infinity : carefulTcpEveryMs);
