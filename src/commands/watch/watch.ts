import { answerKind } from "../../judge/answer-kind.ts";
import { exitCodeOfSummary } from "../../judge/rollup.ts";
import { escapeUnseen } from "../../model/text/printable.ts";
import { counted } from "../../report/text/wording.ts";
import { isDue, isSpent, isSteady, type Moment, pacedFor } from "../../schedule/repeat.ts";
import { schedule, type ScheduledProbe, type ScheduleOptions } from "../../schedule/schedule.ts";
import type { Prepared } from "../check/prepare.ts";
import type { Surroundings } from "../surroundings.ts";
import { openVantages, type Vantages } from "../check/vantages.ts";
import { type Ledger, type Look, openLedger } from "./ledger.ts";
import type { WatchAims } from "../check/watch-options.ts";
import { openShow, type Show } from "./show.ts";
import type { WatchView } from "./view.ts";
import { inThousands } from "../../model/thousands.ts";

/** What a watch has to go by. */
export interface Watching {
  prepared: Prepared;
  aims: WatchAims;
  /** Only `pass` is green. */
  strict: boolean;
  /** Nothing may be left that nobody sent. */
  complete: boolean;
  limits: Omit<ScheduleOptions, "observe" | "whenOpen" | "isSurprising" | "signal" | "onObserved">;
  view: WatchView;
  /** Where lines about the vantage points go when the watch is over. */
  say?: ((line: string) => void) | undefined;
}

/**
 * Probes in rounds, each time only what is due, until all is green if that is the aim, else until it is interrupted.
 * Vantage points are opened once and kept. Resolves with the last look at everything, and when
 * its round began.
 */
export async function watch(
  { prepared, aims, strict, complete, limits, view, say }: Watching,
  { signal, version }: Pick<Surroundings, "signal" | "version">,
): Promise<Look & { roundAtMs: number }> {
  const startedAtMs = Date.now();
  const clock = performance.now();
  const now = () => startedAtMs + performance.now() - clock; // nobody sets this clock back
  const ledger = openLedger(prepared, { version, strict, now });
  const vantages = openVantages(prepared.needed, { signal, env: prepared.childEnv, say });
  const show = openShow(ledger, view, { startedAtMs, now, signal });
  const pace = pacedFor(aims.pace, prepared.tasks.length);
  let green: GreenTime | undefined;
  const moment = (): Moment => ({ nowMs: now(), startedAtMs, seenSinceMs: seenSinceOf(green, aims) });
  const isOver = (): boolean => isSteady(prepared.tasks.map(ledger.standingOf), moment());
  try {
    for (let round = 1; ; round++) {
      const before = moment();
      show.begin(before.nowMs);
      const due = prepared.tasks.filter((task) => isDue(ledger.standingOf(task), pace, before));
      await sendRound(round, due, { prepared, limits, ledger, show, vantages, signal });
      const look = show.look(`round ${round} is done`);
      const { allGreenSinceMs } = look.track;
      if (allGreenSinceMs !== green?.sinceMs)
        green = allGreenSinceMs === undefined ? undefined : { sinceMs: allGreenSinceMs, roundBeganMs: before.nowMs };
      // What closed during the watch is red, also where a run of its own would pass it.
      const isPassed = exitCodeOfSummary(look.run.summary, { strict, complete }) === 0 && green !== undefined;
      const ended = { ...look, roundAtMs: before.nowMs };
      if (signal.aborted || (aims.untilPass && isPassed && isOver())) return ended;
      if (round === 1) remarkSpent(prepared.tasks, ledger, aims, view);
      const endsInMs = isOver() ? Infinity : (moment().seenSinceMs ?? Infinity) - now();
      await show.pause(Math.max(Math.min(pace.everyMs, endsInMs), 0));
      if (signal.aborted) return { ...show.look("interrupted"), roundAtMs: before.nowMs };
    }
  } finally {
    show.close();
    await vantages.close();
  }
}

/** Since when all is green, and when the round began that found it so. */
interface GreenTime {
  sinceMs: number;
  roundBeganMs: number;
}

/**
 * Since when everything must have been seen before a watch may end: the end of the time of steadiness, else the round
 * that found all green. What was green already was asked earlier, and the same change may have closed it.
 */
function seenSinceOf(green: GreenTime | undefined, { untilPass, steadyForMs }: WatchAims): number | undefined {
  if (green === undefined || !untilPass) return undefined;
  return steadyForMs === undefined ? green.roundBeganMs : green.sinceMs + steadyForMs;
}

interface Round {
  prepared: Prepared;
  limits: Watching["limits"];
  ledger: Ledger;
  show: Show;
  vantages: Pick<Vantages, "observe" | "whenOpen">;
  signal: AbortSignal;
}

/**
 * Sends what is due, once. Only what was green, or is new, is worth a confirmation: for what is red the next round is
 * one, and a red cell then costs one attempt a round.
 */
async function sendRound(round: number, due: readonly ScheduledProbe[], on: Round): Promise<void> {
  if (due.length === 0) return;
  const { prepared, limits, ledger, show, vantages, signal } = on;
  const wasRed = new Set(round === 1 ? [] : due.filter((task) => !ledger.standingOf(task).isGreen).map(({ id }) => id));
  let back = 0;
  const progress = () => `round ${round}: ${inThousands(back)} of ${counted(due.length, "probe")} back`;
  ledger.sending(due);
  show.update(progress());
  await schedule(due, {
    ...limits,
    observe: vantages.observe,
    whenOpen: vantages.whenOpen,
    isSurprising: (id, observation) => !wasRed.has(id) && prepared.isSurprising(id, observation),
    answerKind,
    signal,
    onObserved: (id, observed) => {
      back += 1;
      ledger.note(id, observed);
      show.update(progress());
    },
  });
}

/** Says once what waiting will not turn green, because sending it again could do harm. */
function remarkSpent(tasks: readonly ScheduledProbe[], ledger: Ledger, { pace }: WatchAims, view: WatchView): void {
  const spent = tasks.filter((task) => isSpent(ledger.standingOf(task), pace));
  if (spent.length === 0) return;
  const names = spent.slice(0, 3).map(({ id }) => id);
  const text = `note: ${counted(spent.length, "probe")} will not be sent again, because a datagram may arrive unseen and count as an event (${names.join(", ")}${spent.length > names.length ? ", …" : ""}); --careful-interval 5m repeats them, --only leaves them out`;
  view.remark(escapeUnseen(text));
}
