import { InputError, type Problem } from "../../model/text/problem.ts";
import type { Run } from "../../model/run/run.ts";
import type { RepeatTimes } from "../../schedule/repeat.ts";
import type { Planned } from "../plan.ts";
import type { Surroundings } from "../surroundings.ts";
import type { RunOptions } from "./prepare.ts";
import type { RunStream } from "./stream.ts";

/** Options of `check --watch`; durations in milliseconds. Absent means that the user did not say. */
export interface WatchOptions {
  watch?: boolean;
  interval?: number;
  greenInterval?: number;
  untilPass?: boolean;
  for?: number;
  carefulInterval?: number;
  bell?: boolean;
  trace?: true;
  inspect?: true;
  responders?: readonly string[];
  merge?: readonly string[];
}

/** What a watch shall do. */
export interface WatchAims {
  pace: RepeatTimes;
  /** End as soon as all is green. */
  untilPass: boolean;
  /** … and has been for so long. */
  steadyForMs?: number;
  bell: boolean;
}

/** What a watch takes from the options of `check`. */
export interface WatchRunOptions extends RunOptions {
  aims: WatchAims;
  /** Is told of the run when it is over: before that nothing is final. */
  stream: RunStream | undefined;
}

/** Watches a plan and gives its last state as a run, and the words that follow the report. */
export type WatchRun = (
  planned: Planned,
  file: string,
  options: WatchRunOptions,
  surroundings: Surroundings,
) => Promise<{ run: Run; ending: string }>;

const everyMs = 5_000;
/** No target is asked in a tight loop (docs/notes/probe-safety.md#pace). */
const leastEveryMs = 1_000;
const greenEveryMs = 60_000;
/** As many as fifty green probes a second, all targets together. */
const greenGapMs = 20;

/** Reads the options of a watch; `undefined` without `--watch`, an InputError for options that make no sense without it. */
export function readWatchOptions(options: WatchOptions): WatchAims | undefined {
  const problems: Problem[] = [];
  const given: Record<string, unknown> = {
    "--interval": options.interval,
    "--green-interval": options.greenInterval,
    "--until-pass": options.untilPass,
    "--for": options.for,
    "--careful-interval": options.carefulInterval,
    "--bell": options.bell,
  };
  if (options.watch !== true) {
    for (const [option, value] of Object.entries(given)) {
      if (value !== undefined) problems.push({ file: option, message: "this option needs --watch" });
    }
  }
  for (const [option, value] of [
    ["--interval", options.interval],
    ["--green-interval", options.greenInterval],
    ["--careful-interval", options.carefulInterval],
  ] as const) {
    if (value !== undefined && value < leastEveryMs) {
      problems.push({ file: option, message: "less than 1s between two rounds could disturb the targets" });
    }
  }
  if (options.watch === true && [...(options.responders ?? []), ...(options.merge ?? [])].length > 0)
    problems.push({
      file: "--watch",
      message: "cannot be combined with --responders or --merge: responders listen during one check only",
    });
  if (options.watch === true && options.trace === true)
    problems.push({
      file: "--watch",
      message: "cannot be combined with --trace: a watch probes again and again, a trace runs once",
    });
  if (options.watch === true && options.inspect === true)
    problems.push({
      file: "--watch",
      message: "cannot be combined with --inspect: a watch would read its targets again and again",
    });
  if (problems.length > 0) throw new InputError(problems);
  if (options.watch !== true) return undefined;
  const pause = options.interval ?? everyMs;
  const steadyForMs = options.for;
  return {
    pace: {
      everyMs: pause,
      greenEveryMs: options.greenInterval ?? greenEvery(pause, steadyForMs),
      greenGapMs: options.greenInterval === undefined && steadyForMs === undefined ? greenGapMs : undefined,
      carefulEveryMs: options.carefulInterval,
    },
    untilPass: options.untilPass === true || steadyForMs !== undefined,
    ...(steadyForMs === undefined ? {} : { steadyForMs }),
    bell: options.bell === true,
  };
}

/** A time of steadiness is looked into at least twice. */
const greenEvery = (pauseMs: number, steadyForMs: number | undefined): number =>
  steadyForMs === undefined ? greenEveryMs : Math.min(Math.max(pauseMs, steadyForMs / 3), greenEveryMs);
