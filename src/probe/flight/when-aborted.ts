/** Something that an abort ends. */
export interface Abortable {
  abort(): void;
}

/** What each signal ends: one listener for each signal, however many wait for it. */
const underWay = new WeakMap<AbortSignal, Set<Abortable>>();

/**
 * Has `signal` end `one` when it aborts, until `endIndependently`. Both take constant time, while taking one of
 * thousands of listeners off a signal means to look through all of them.
 */
export function endWith(signal: AbortSignal, one: Abortable): void {
  let all = underWay.get(signal);
  if (all === undefined) {
    const fresh = new Set<Abortable>();
    signal.addEventListener("abort", () => fresh.forEach((each) => each.abort()), { once: true });
    underWay.set(signal, fresh);
    all = fresh;
  }
  all.add(one);
}

/** Takes that back. */
export function endIndependently(signal: AbortSignal, one: Abortable): void {
  underWay.get(signal)?.delete(one);
}

/** Calls `act` when `signal` aborts; the function that comes back takes that back. */
export function whenAborted(signal: AbortSignal, act: () => void): () => void {
  const one = { abort: act };
  endWith(signal, one);
  return () => endIndependently(signal, one);
}
