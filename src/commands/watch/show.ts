import { setTimeout as sleep } from "node:timers/promises";
import { lapse } from "../../report/watch/lines.ts";
import type { Ledger, Look } from "./ledger.ts";
import type { WatchView } from "./view.ts";

/** Keeps a view up to date while a watch probes and pauses. */
export interface Show {
  /** The last look; absent before the first round is complete. */
  last: () => Look | undefined;
  /** A round begins. */
  begin: (nowMs: number) => void;
  /** Looks now, and shows it. */
  look: (activity: string) => Look;
  /** Something came back: looks soon, but not for each probe anew. In the first round it only says how far it is. */
  update: (activity: string) => void;
  /** Waits, and lets the seconds pass in the picture; ends early when the watch is interrupted. */
  pause: (ms: number) => Promise<void>;
  close: () => void;
}

const tickEveryMs = 1_000;
const waitEveryMs = 100;
const lookAfterMs = 200;
/** Looking may take this share of the time at most; a large plan is judged as a whole each time. */
const lookingShare = 0.1;

/** Starts to show; `now` gives milliseconds since the epoch. */
export function openShow(
  ledger: Ledger,
  view: WatchView,
  { startedAtMs, now, signal }: { startedAtMs: number; now: () => number; signal: AbortSignal },
): Show {
  let last: Look | undefined;
  let activity = "";
  let nextRoundAtMs: number | undefined;
  let roundAtMs = startedAtMs;
  let costMs = 0;
  let waitedAtMs = 0;
  let soon: NodeJS.Timeout | undefined;

  const draw = (look: Look, turns: Look["turns"]) => {
    const doing = nextRoundAtMs === undefined ? activity : `next round in ${lapse(nextRoundAtMs - now())}`;
    view.show({ run: look.run, track: look.track, startedAtMs, roundAtMs, nowMs: now(), activity: doing }, turns);
  };
  const look = (doing: string): Look => {
    clearTimeout(soon);
    soon = undefined;
    activity = doing;
    const beganMs = now();
    last = ledger.look(signal.aborted);
    costMs = now() - beganMs;
    draw(last, last.turns);
    return last;
  };
  const wait = () => {
    if (now() - waitedAtMs < waitEveryMs) return;
    waitedAtMs = now();
    view.wait(activity);
  };
  const tick = view.isLive ? setInterval(() => last && draw(last, []), tickEveryMs) : undefined;
  return {
    last: () => last,
    begin: (nowMs) => void (roundAtMs = nowMs),
    look,
    update: (doing) => {
      activity = doing;
      if (last === undefined) wait();
      else soon ??= setTimeout(() => look(activity), Math.max(lookAfterMs, costMs / lookingShare));
    },
    pause: async (ms) => {
      nextRoundAtMs = now() + ms;
      if (last !== undefined) draw(last, []);
      // Ctrl-C ends the pause, and the loop asks the signal why.
      await sleep(ms, undefined, { signal }).catch(() => undefined);
      nextRoundAtMs = undefined;
    },
    close: () => {
      clearInterval(tick);
      clearTimeout(soon);
      view.close();
    },
  };
}
