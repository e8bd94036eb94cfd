/** How many probes may be under way in total. */
export interface Slots {
  isFree(): boolean;
  /** True if half of them are free, so that a slow target may have more than its share. */
  areHalfFree(): boolean;
  take(): void;
  giveBack(): void;
  /** Halves the limit, at most once per quarter of a second. Gives the new limit, or `undefined` if it stays. */
  throttle(): number | undefined;
}

const throttleEveryMs = 250;
const fewestSlots = 4;

/** Opens so many slots. */
export function openSlots(atFirst: number): Slots {
  let limit = atFirst;
  let taken = 0;
  let throttledAt = -Infinity;
  return {
    isFree: () => taken < limit,
    areHalfFree: () => taken * 2 <= limit,
    take() {
      taken++;
    },
    giveBack() {
      taken--;
    },
    throttle() {
      const now = performance.now();
      if (now - throttledAt < throttleEveryMs) return undefined;
      throttledAt = now;
      const inUse = Math.min(limit, Math.max(taken, fewestSlots));
      limit = Math.max(Math.min(fewestSlots, limit), Math.floor(inUse / 2));
      return limit;
    },
  };
}
