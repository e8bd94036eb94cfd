/** What is to be done when a signal aborts: one listener for each signal, however many wait for it. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `act` when `signal` aborts; the function that comes back takes that back. Both take constant time, while taking
 * one of thousands of listeners off a signal means to look through all of them.
 */
export function whenAborted(signal: AbortSignal, act: () => void): () => void {
  let acts = waiting.get(signal);
  if (acts === undefined) {
    const fresh = new Set<() => void>();
    signal.addEventListener("abort", () => fresh.forEach((each) => each()), { once: true });
    waiting.set(signal, fresh);
    acts = fresh;
  }
  const all = acts.add(act);
  return () => all.delete(act);
}
