import { openJudge } from "../../judge/judge.ts";
import { noCounts } from "../../model/severity.ts";
import { groupBy } from "../../report/text/group-by.ts";
import { type Opening, drawProgress } from "../../report/watch/progress-line.ts";
import type { Observed } from "../../model/run/observed.ts";
import { appearance } from "../output/appearance.ts";
import type { Prepared } from "./prepare.ts";
import type { Surroundings } from "../surroundings.ts";

/** A line on stderr that counts finished probes while a run goes on; silent unless stderr is a terminal. */
export interface Progress {
  /** A probe is back. */
  step: (probe: string, observed: Observed) => void;
  /** Takes the line away. */
  clear: () => void;
}

/** Where the line of a run goes: to stderr, if that is a terminal that can redraw a line, and nobody asked for quiet. */
export function progressPlace(surroundings: Surroundings, isQuiet: boolean): ProgressPlace {
  const { stderrIsTerminal, err, columns, env } = surroundings;
  const { unicode } = appearance({ ...surroundings, stdoutIsTerminal: stderrIsTerminal }, false);
  const isShown = stderrIsTerminal && !isQuiet && env["TERM"] !== "dumb";
  return { isShown, write: err, columns: columns ?? 80, unicode };
}

/** What a progress line needs of the place that shows it. */
export interface ProgressPlace {
  isShown: boolean;
  write: (text: string) => void;
  /** Width of the terminal in columns. */
  columns: number;
  unicode: boolean;
}

const redrawEveryMs = 100;
/** The rate is that of the last so many seconds: the end of a run, when only silence is left, is slower than its start. */
const rateOverMs = 5_000;

/**
 * Starts the line: done and total, probes per second, verdicts so far, and how long it may still take. Verdicts are
 * provisional: a control that comes later can still turn `unknown` into `pass`.
 */
export function startProgress(
  { plan, stage, senders, tasks }: Prepared,
  place: ProgressPlace,
  vantages?: () => Opening,
): Progress {
  if (!place.isShown) return { step: () => undefined, clear: () => undefined };
  const flows = groupBy(plan.flows, ({ probe }) => probe);
  const judgeFlow = openJudge({ plan, observed: new Map(), stage, senders, interrupted: false });
  const counts = noCounts();
  const startedAtMs = performance.now();
  let marks: { atMs: number; done: number }[] = [{ atMs: startedAtMs, done: 0 }];
  let done = 0;
  let drawnAtMs = startedAtMs;

  const draw = () => {
    const atMs = performance.now();
    drawnAtMs = atMs;
    marks = [...marks.filter((mark, i) => atMs - mark.atMs <= rateOverMs || i === marks.length - 1), { atMs, done }];
    const oldest = marks[0] ?? { atMs: startedAtMs, done: 0 };
    const perSecond = ((done - oldest.done) / Math.max(atMs - oldest.atMs, 1)) * 1000;
    const line = drawProgress(
      { done, total: tasks.length, perSecond, counts, opening: vantages?.() },
      place.columns - 1,
      place.unicode,
    );
    place.write(`\r${line}\u001B[K`);
  };
  // While nothing comes back the rate falls and the rest grows: the line says so.
  const timer = setInterval(draw, 1_000);
  return {
    step: (id, observed) => {
      done += 1;
      for (const flow of flows.get(id) ?? []) counts[judgeFlow(flow, observed).verdict] += 1;
      if (performance.now() - drawnAtMs >= redrawEveryMs) draw();
    },
    clear: () => {
      clearInterval(timer);
      place.write("\r\u001B[K");
    },
  };
}
