import { exitCodeOfSummary } from "../../judge/rollup.ts";
import { escapeUnseen } from "../../model/printable.ts";
import { counted } from "../../report/text/wording.ts";
import { isDue, isSpent, isSteady, type Moment, steadyEnd } from "../../schedule/repeat.ts";
import { schedule, type ScheduledProbe, type ScheduleOptions } from "../../schedule/schedule.ts";
import type { Prepared } from "../check/prepare.ts";
import type { Surroundings } from "../surroundings.ts";
import { openVantages, type Vantages } from "../check/vantages.ts";
import { type Ledger, type Look, openLedger } from "./ledger.ts";
import type { WatchAims } from "../check/watch-options.ts";
import { openShow, type Show } from "./show.ts";
import type { WatchView } from "./view.ts";

/** What a watch has to go by. */
export interface Watching {
  prepared: Prepared;
  aims: WatchAims;
  /** Only `pass` is green. */
  strict: boolean;
  limits: Omit<ScheduleOptions, "observe" | "whenOpen" | "isSurprising" | "signal" | "onObserved">;
  view: WatchView;
  /** Where lines about the vantage points go when the watch is over. */
  say?: ((line: string) => void) | undefined;
}

/**
 * Probes in rounds, each time only what is due, until all is green if that is the aim, else until it is interrupted.
 * Vantage points are opened once and kept. Resolves with the last look at everything.
 */
export async function watch(
  { prepared, aims, strict, limits, view, say }: Watching,
  { signal, version }: Pick<Surroundings, "signal" | "version">,
): Promise<Look> {
  const startedAtMs = Date.now();
  const clock = performance.now();
  const now = () => startedAtMs + performance.now() - clock; // nobody sets this clock back
  const ledger = openLedger(prepared, { version, strict, now });
  const vantages = openVantages(prepared.needed, { signal, env: prepared.childEnv, say });
  const show = openShow(ledger, view, { startedAtMs, now, signal });
  try {
    for (let round = 1; ; round++) {
      const before = momentOf(show.last(), aims, now());
      const due = prepared.tasks.filter((task) => isDue(ledger.standingOf(task), aims.pace, before));
      await sendRound(round, due, { prepared, limits, ledger, show, vantages, signal });
      const look = show.look(`round ${round} is done`);
      const after = momentOf(look, aims, now());
      // What closed during the watch is red, also where a run of its own would pass it.
      const isPassed = exitCodeOfSummary(look.run.summary, { strict }) === 0 && after.allGreenSinceMs !== undefined;
      if (signal.aborted) return look;
      if (aims.untilPass && isPassed && isSteady(prepared.tasks.map(ledger.standingOf), after)) return look;
      if (round === 1) remarkSpent(prepared.tasks, ledger, aims, view);
      await show.pause(Math.max(Math.min(aims.pace.everyMs, steadyEnd(after) - now()), 0));
      if (signal.aborted) return show.look("interrupted");
    }
  } finally {
    show.close();
    await vantages.close();
  }
}

const momentOf = (look: Look | undefined, { steadyForMs }: WatchAims, nowMs: number): Moment => ({
  nowMs,
  allGreenSinceMs: look?.track.allGreenSinceMs,
  steadyForMs,
});

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
  const progress = () => `round ${round}: ${back.toLocaleString("en")} of ${counted(due.length, "probe")} back`;
  ledger.sending(due);
  show.update(progress());
  await schedule(due, {
    ...limits,
    observe: vantages.observe,
    whenOpen: vantages.whenOpen,
    isSurprising: (id, observation) => !wasRed.has(id) && prepared.isSurprising(id, observation),
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
