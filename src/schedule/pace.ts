import type { Agenda } from "./agenda.ts";

/** How fast work may start, in total. */
export interface RateLimit {
  /** True if a start is allowed now; if not, `resume` will be called when it is. */
  allows(): boolean;
  /** To be called with each start. */
  count(): void;
}

/** Opens a pace of so many starts per second, evenly spread; `undefined` is no limit. */
export function openPace(ratePerSecond: number | undefined, agenda: Agenda, resume: () => void): RateLimit {
  if (ratePerSecond === undefined) return { allows: () => true, count: () => undefined };
  let nextAt = performance.now();
  let isWaiting = false;
  const end = () => {
    isWaiting = false;
    resume();
  };
  return {
    allows() {
      if (performance.now() >= nextAt) return true;
      if (!isWaiting) agenda.at(nextAt, end);
      isWaiting = true;
      return false;
    },
    count() {
      nextAt = Math.max(performance.now(), nextAt) + 1000 / ratePerSecond;
    },
  };
}

/** Opens a pace of so many starts in one turn of the event loop: answers are read in between, before they pile up. */
export function openBursts(startsPerTurn: number, resume: () => void): RateLimit {
  let starts = 0;
  const end = () => {
    starts = 0;
    resume();
  };
  return {
    allows: () => starts < startsPerTurn,
    count() {
      if (starts++ === 0) setImmediate(end);
    },
  };
}
