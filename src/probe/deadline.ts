/** Turns of the event loop in which sockets are read before a wait counts as over. */
const readingTurns = 2;
/** A timer that is later than this was not delayed by the network: this process was starved, stopped or suspended. */
const starvedMs = 250;
const graceMs = 250;

/**
 * Calls `act` after `delayMs`, but not before what came in meanwhile has been read. Node runs due timers before it reads
 * sockets (nodejs.org, "The Node.js Event Loop", phases), so a plain timer would overtake an answer that is already
 * there. If the process was starved, up to `graces` more times 250 ms are waited. The function that comes back cancels.
 */
export function afterReading(delayMs: number, graces: number, act: () => void): () => void {
  let cancel = () => {};
  const wait = (ms: number, gracesLeft: number) => {
    const dueAt = performance.now() + ms;
    const timer = setTimeout(() => {
      const isStarved = performance.now() - dueAt > starvedMs;
      if (isStarved && gracesLeft > 0) wait(graceMs, gracesLeft - 1);
      else read(readingTurns);
    }, ms);
    cancel = () => clearTimeout(timer);
  };
  const read = (turnsLeft: number) => {
    if (turnsLeft === 0) return act();
    const turn = setImmediate(() => read(turnsLeft - 1)); // immediates run right after sockets were read
    cancel = () => clearImmediate(turn);
  };
  wait(delayMs, graces);
  return () => cancel();
}
