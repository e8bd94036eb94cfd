import type { Agenda } from "./agenda.ts";
import { Queue } from "./queue.ts";

/** Things of which each is due the same time after it came, so in the order in which they came. */
export interface WaitingList<Thing> {
  add(thing: Thing): void;
}

/**
 * Opens a line: `act` is called with each thing `delayMs` after it was added. The agenda sees only the first of them, so
 * a thing costs a place in a queue and not one in the heap.
 */
export function openWaitingList<Thing>(
  agenda: Agenda,
  delayMs: number,
  act: (thing: Thing) => void,
): WaitingList<Thing> {
  const waiting = new Queue<{ thing: Thing; dueAt: number }>();
  let first: { thing: Thing; dueAt: number } | undefined;
  let isPlanned = false;

  const plan = () => {
    if (isPlanned || first === undefined) return;
    isPlanned = true;
    agenda.at(first.dueAt, takeDue);
  };

  const takeDue = () => {
    const now = performance.now();
    while (first !== undefined && first.dueAt <= now) {
      const { thing } = first;
      first = waiting.shift();
      act(thing);
    }
    isPlanned = false;
    plan();
  };

  return {
    add(thing) {
      const entry = { thing, dueAt: performance.now() + delayMs };
      if (first === undefined) first = entry;
      else waiting.push(entry);
      plan();
    },
  };
}
