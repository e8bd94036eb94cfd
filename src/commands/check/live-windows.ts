import { setTimeout as pause } from "node:timers/promises";
import type { Observe, Task } from "../../model/task.ts";

/** A port that can be taken and given back. */
export interface LivePort {
  /** Takes it; `isHeld` is false where somebody else has it by now. */
  hold: () => Promise<{ isHeld: boolean; release: () => void }>;
}

/** A request to a port of a live network. */
export interface LiveRequest {
  port: LivePort;
  /** What the service is asked that has the port after all, and whether that may be repeated. */
  usual: Task;
  mayRepeat: boolean;
}

interface Window {
  held: ReturnType<LivePort["hold"]>;
  users: number;
  openedAtMs: number;
  hasClosed: Promise<void>;
  close: () => void;
}

/** After so long in a row a port is free for `gapMs` at least, so that a service that tries again can start. */
const longestMs = 10_000;
const gapMs = 1_000;

/**
 * Sends requests to ports of a live network: each port is taken just before its first probe and given back when the last
 * of those that are under way has ended; those that come after ten seconds wait until it was free for a second. Where
 * somebody took it meanwhile, the service is asked as usual. Where something did not come back the port is held for
 * `lastLookMs` more, so that the kernel's table of it can be read.
 */
export function openLiveWindows(requestOf: (task: Task) => LiveRequest | undefined, lastLookMs: number) {
  const windows = new Map<LivePort, Window>();
  const asked = new Map<Task["probe"], ReturnType<Observe>>();

  const enter = async (port: LivePort): Promise<Window> => {
    for (let open = windows.get(port); open !== undefined; open = windows.get(port)) {
      if (performance.now() - open.openedAtMs < longestMs) {
        open.users += 1;
        return open;
      }
      await open.hasClosed;
      await pause(gapMs);
    }
    let close: () => void = () => undefined;
    const hasClosed = new Promise<void>((resolve) => (close = resolve));
    const window = { held: port.hold(), users: 1, openedAtMs: performance.now(), hasClosed, close };
    windows.set(port, window);
    return window;
  };

  const leave = async (port: LivePort, window: Window, afterMs: number): Promise<void> => {
    const { isHeld, release } = await window.held;
    if (afterMs > 0 && isHeld) await pause(afterMs);
    window.users -= 1;
    if (window.users > 0) return;
    if (windows.get(port) === window) windows.delete(port);
    release();
    window.close();
  };

  return (observe: Observe): Observe =>
    async (task, signal) => {
      const request = requestOf(task);
      if (request === undefined) return observe(task, signal);
      const { port, usual, mayRepeat } = request;
      const window = await enter(port);
      let afterMs = 0;
      try {
        if ((await window.held).isHeld) {
          afterMs = lastLookMs;
          const observation = await observe(task, signal);
          if (observation.answers.every(({ outcome }) => outcome.kind === "open")) afterMs = 0;
          return observation;
        }
        const before = mayRepeat ? undefined : asked.get(task.probe);
        const now = before ?? observe(usual, signal);
        asked.set(task.probe, now);
        return await now;
      } finally {
        void leave(port, window, afterMs);
      }
    };
}
