/** What is to be done at set times, on the monotonic clock. */
export interface Agenda {
  /** Does `act` at `time` or as soon after it as the event loop allows; acts of the same time in the order of the calls. */
  at(time: number, act: () => void): void;
  /** Forgets everything and stops the timer. */
  close(): void;
}

interface Entry {
  time: number;
  /** Breaks ties. */
  order: number;
  act: () => void;
}

const isBefore = (one: Entry, other: Entry): boolean =>
  one.time < other.time || (one.time === other.time && one.order < other.order);

/**
 * Opens an agenda. One timer serves all entries, because a timer for each costs more than the probe that it guards.
 * The entries are a binary heap: parents are due before their children, so the next one stands first.
 */
export function openAgenda(): Agenda {
  const heap: Entry[] = [];
  let added = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let timerAt = Infinity;

  const rise = (entry: Entry) => {
    let place = heap.length;
    for (;;) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (place === 0 || parent === undefined || isBefore(parent, entry)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = entry;
  };

  const takeFirst = () => {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      const [left, right] = [heap[below], heap[below + 1]];
      if (left === undefined) break;
      let child = left;
      if (right !== undefined && isBefore(right, left)) [child, below] = [right, below + 1];
      if (isBefore(last, child)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
  };

  const arm = () => {
    const next = heap[0];
    if (next === undefined || next.time >= timerAt) return;
    clearTimeout(timer);
    timerAt = next.time;
    timer = setTimeout(run, Math.max(Math.ceil(next.time - performance.now()), 0));
  };

  const run = () => {
    timerAt = Infinity;
    // Entries that are added meanwhile wait for the next turn of the event loop, so sockets are read in between.
    const until = performance.now();
    const due: Entry[] = [];
    for (let first = heap[0]; first !== undefined && first.time <= until; first = heap[0]) {
      due.push(first);
      takeFirst();
    }
    for (const { act } of due) act();
    arm();
  };

  return {
    at(time, act) {
      rise({ time, order: added++, act });
      arm();
    },
    close() {
      clearTimeout(timer);
      timerAt = -Infinity; // nothing arms it again
      heap.length = 0;
    },
  };
}
