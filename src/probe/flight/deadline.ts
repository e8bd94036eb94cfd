/** Turns of the event loop in which sockets are read before a wait counts as over. */
const readingTurns = 2;
/** A timer that is later than this was not delayed by the network: this process was starved, stopped or suspended. */
const starvedMs = 250;
const graceMs = 250;

/** Something that will be done unless it is cancelled before. */
export interface Wait {
  lengthMs: number;
  /** On the monotonic clock. */
  dueAt: number;
  gracesLeft: number;
  act: () => void;
  isCancelled: boolean;
}

/** Waits of one length. They are due in the order in which they began, so one timer, for the first, serves them all. */
interface DeadlineQueue {
  waits: Set<Wait>;
  timer: ReturnType<typeof setTimeout>;
}

/** By length in milliseconds. A timer for each probe would cost a tenth of all the time that probing takes. */
const lines = new Map<number, DeadlineQueue>();

/**
 * Calls `act` after `delayMs`, but not before what came in meanwhile has been read. Node runs due timers before it reads
 * sockets (nodejs.org, "The Node.js Event Loop", phases), so a plain timer would overtake an answer that is already
 * there. If the process was starved, up to `graces` more times 250 ms are waited. `cancel` takes it back.
 */
export function beginWait(delayMs: number, graces: number, act: () => void): Wait {
  const lengthMs = Math.max(Math.ceil(delayMs), 0);
  const wait: Wait = { lengthMs, dueAt: performance.now() + lengthMs, gracesLeft: graces, act, isCancelled: false };
  enter(wait);
  return wait;
}

/** Takes a wait back; nothing happens if it is over. */
export function cancel(wait: Wait): void {
  wait.isCancelled = true;
  const line = lines.get(wait.lengthMs);
  if (line?.waits.delete(wait) === true && line.waits.size === 0) close(wait.lengthMs, line);
}

/** The same, where a function is wanted that takes it back. */
export function afterReading(delayMs: number, graces: number, act: () => void): () => void {
  const wait = beginWait(delayMs, graces, act);
  return () => cancel(wait);
}

function enter(wait: Wait): void {
  const { lengthMs } = wait;
  const line = lines.get(lengthMs);
  if (line !== undefined) line.waits.add(wait);
  else lines.set(lengthMs, { waits: new Set([wait]), timer: setTimeout(() => takeDue(lengthMs), lengthMs) });
}

/** A timer without waits would keep the process alive. */
function close(lengthMs: number, line: DeadlineQueue): void {
  clearTimeout(line.timer);
  lines.delete(lengthMs);
}

function takeDue(lengthMs: number): void {
  const line = lines.get(lengthMs);
  if (line === undefined) return;
  const now = performance.now();
  const due: Wait[] = [];
  let nextAt: number | undefined;
  for (const wait of line.waits) {
    if (wait.dueAt > now) {
      nextAt = wait.dueAt;
      break;
    }
    line.waits.delete(wait);
    due.push(wait);
  }
  if (nextAt === undefined) lines.delete(lengthMs);
  else line.timer = setTimeout(() => takeDue(lengthMs), Math.ceil(nextAt - now));
  const isStarved = ({ dueAt, gracesLeft }: Wait) => now - dueAt > starvedMs && gracesLeft > 0;
  for (const wait of due) if (isStarved(wait)) prolong(wait, now);
  actAfter(
    readingTurns,
    due.filter((wait) => wait.dueAt <= now),
  );
}

function prolong(wait: Wait, now: number): void {
  enter(Object.assign(wait, { lengthMs: graceMs, dueAt: now + graceMs, gracesLeft: wait.gracesLeft - 1 }));
}

function actAfter(turns: number, due: readonly Wait[]): void {
  if (turns > 0) {
    setImmediate(() => actAfter(turns - 1, due)); // immediates run right after sockets were read
    return;
  }
  for (const { isCancelled, act } of due) if (!isCancelled) act();
}
