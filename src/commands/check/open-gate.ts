import pLimit from "p-limit";

/** How many vantage points are opened at the same time. */
export interface GateLimits {
  /** That count: those that began lately. Each starts a program, often ssh, and then Node at the far end. */
  atOnce: number;
  /** With those that hang and no longer count. Each of them holds a process and its pipes. */
  inAll: number;
  /** After so many milliseconds one counts no longer, until it is known how long they take here. */
  patienceMs: number;
}

/** The longest that is waited, as a multiple of what the last ones took: a machine that is busy makes all of them slow. */
const usualTimes = 3;
/** How much of the usual time is what it was before, when the next one has opened. */
const memory = 0.8;

/**
 * Lets openings begin a few at a time. One that takes much longer than the others is likely to hang, and lets the next
 * begin; it goes on all the same.
 */
export function openGate({ atOnce, inAll, patienceMs }: GateLimits): <T>(open: () => Promise<T>) => Promise<T> {
  const [lately, all] = [pLimit(atOnce), pLimit(inAll)];
  let usualMs: number | undefined;
  const begin = async <T>(open: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await open();
    const tookMs = performance.now() - startedAt;
    usualMs = usualMs === undefined ? tookMs : memory * usualMs + (1 - memory) * tookMs;
    return result;
  };
  return (open) =>
    all(
      () =>
        new Promise((resolve, reject) => {
          void lately(async () => {
            const opening = begin(open);
            opening.then(resolve, reject);
            const longestMs = usualMs === undefined ? patienceMs : Math.max(usualTimes * usualMs, patienceMs / 2);
            await settledWithin(opening, longestMs);
          });
        }),
    );
}

function settledWithin(opening: Promise<unknown>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const settle = () => {
      clearTimeout(timer);
      resolve();
    };
    opening.then(settle, settle);
  });
}
