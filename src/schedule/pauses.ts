/** Waiting that an abort signal ends at once; one listener serves any number of waits. */
export interface Pauses {
  readonly aborted: boolean;
  /** Resolves after `ms`, at once for zero and less, and early when the run is aborted. Never rejects. */
  sleep(ms: number): Promise<void>;
  /** Calls `wake` when the run is aborted (at once if it is already); the returned function takes that back. */
  onAbort(wake: () => void): () => void;
  /** Takes the listener off the signal. */
  close(): void;
}

/** Opens the waits of one run. The owner calls `close` when the run is over. */
export function openPauses(signal: AbortSignal): Pauses {
  const wakes = new Set<() => void>();
  const wakeAll = () => {
    for (const wake of wakes) wake();
    wakes.clear();
  };
  signal.addEventListener("abort", wakeAll, { once: true });

  const onAbort = (wake: () => void) => {
    if (signal.aborted) wake();
    else wakes.add(wake);
    return () => void wakes.delete(wake);
  };
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      if (ms <= 0 || signal.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        forget();
        resolve();
      };
      const timer = setTimeout(end, Math.ceil(ms));
      const forget = onAbort(end);
    });

  return {
    get aborted() {
      return signal.aborted;
    },
    sleep,
    onAbort,
    close: () => signal.removeEventListener("abort", wakeAll),
  };
}
