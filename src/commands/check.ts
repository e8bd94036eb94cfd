import { answerKind } from "../judge/answer-kind.ts";
import { exitCodeOfSummary } from "../judge/rollup.ts";
import type { Run } from "../model/run.ts";
import { formats, renderers, streamed } from "../report/run/renderers.ts";
import type { Observed } from "../model/observed.ts";
import type { Observe } from "../model/task.ts";
import { schedule } from "../schedule/schedule.ts";
import { appearance, inFile } from "./appearance.ts";
import { type BaselineOptions, openBaseline, textPlace } from "./check/baseline.ts";
import { parseDestinations } from "./formats.ts";
import { limitsHere, sayWhenSlowed } from "./check/limits.ts";
import { askSlower } from "./check/ask-slower.ts";
import { conclude, deliver } from "./output.ts";
import { loadPlan, type PlanOptions, type Planned } from "./plan.ts";
import { type Prepared, prepare, type RunOptions } from "./check/prepare.ts";
import { progressPlace, startProgress } from "./check/progress.ts";
import { recordOf } from "./check/record.ts";
import { sendDecoys } from "./check/send-decoys.ts";
import { type Responders, startResponders } from "./check/responders.ts";
import { readFrom } from "./check/sender-place.ts";
import { type RunStream, streamOf } from "./check/stream.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";
import { openVantages, type Vantages } from "./check/vantages.ts";
import { readWatchOptions, type WatchOptions, type WatchRun } from "./check/watch-options.ts";

/** Options of `check`; durations in milliseconds. */
export interface CheckOptions extends PlanOptions, RunOptions, BaselineOptions, WatchOptions {
  /** Whose silence is accepted, whatever the topology says of it; absent where it decides. */
  accept?: "unverifiable";
}

/**
 * The main job: plan, probe, judge, report. Resolves with the exit code (docs/ci.md); bad input is an InputError.
 * `loadWatch` loads the code of `--watch`, which no other run needs.
 */
export async function checkCommand(
  file: string,
  given: CheckOptions,
  surroundings: Surroundings,
  loadWatch: () => Promise<WatchRun>,
): Promise<ExitCode> {
  const options = readFrom(given);
  const isDefault = options.format.length === 0;
  const destinations = await parseDestinations(isDefault ? ["table"] : options.format, formats);
  const aims = readWatchOptions(options);
  const planned = await loadPlan(file, options, surroundings);
  const baseline = await openBaseline(planned.plan, options);
  const stream = streamOf(destinations, surroundings.out);
  const text = textPlace(destinations, surroundings);
  const isStreamOnly = baseline === undefined && destinations.every(({ format }) => format === streamed);
  const { run, ending } =
    aims === undefined
      ? { run: await probe(planned, file, options, surroundings, { stream, isStreamOnly }), ending: "" }
      : await (
          await loadWatch()
        )(planned, file, { ...options, aims, stream }, text);
  const { summary, undelivered } = (await stream?.end(run)) ?? { summary: run.summary, undelivered: [] };

  const onStdout = appearance(surroundings, options.color);
  const delivered = await deliver(
    options.quiet && isDefault ? [] : destinations.filter(({ format }) => format !== streamed), // streamed already
    async (format, toStdout) => (await renderers[format]())(run, toStdout ? onStdout : inFile),
    surroundings.out,
  );
  text.out(ending);
  const compared = await baseline?.report(run, text);
  const code = compared?.code ?? exitCodeOfSummary(summary, { strict: options.strict });
  return conclude(
    run.interrupted === true ? exitCodes.interrupted : code,
    [...undelivered, ...delivered, ...(compared?.undelivered ?? [])],
    surroundings,
  );
}

/** Who hears of each probe as it is done, and whether nobody else wants to hear of it. */
interface Listener {
  stream: RunStream | undefined;
  isStreamOnly: boolean;
}

/**
 * Sends what this machine and the declared vantage points can send of a plan and judges what came back. Where a stream
 * is all that is wanted, what it has written is forgotten, and the run has the rest alone.
 */
export async function probe(
  planned: Planned,
  file: string,
  options: Pick<
    CheckOptions,
    | "from"
    | "isFromSure"
    | "stage"
    | "timeout"
    | "concurrency"
    | "rate"
    | "vantages"
    | "quiet"
    | "controls"
    | "responders"
    | "keyFile"
  >,
  surroundings: Surroundings,
  { stream, isStreamOnly }: Listener = { stream: undefined, isStreamOnly: false },
): Promise<Run> {
  const { signal, version } = surroundings;
  const prepared = await prepare(planned, file, options);
  const startedAt = new Date();
  const clock = performance.now();
  await stream?.begin(prepared, { version, startedAt });
  const { descriptorsHeld } = prepared;
  const onSlowed = sayWhenSlowed(prepared.tasks.length, options.concurrency, descriptorsHeld, surroundings.err);
  const say = options.quiet ? undefined : surroundings.err;
  const vantages = openVantages(prepared.needed, { signal, env: prepared.childEnv, say, atOnce: options.vantages });
  const progress = startProgress(prepared, progressPlace(surroundings, options.quiet), vantages.counts);
  let responders: Responders | undefined;
  try {
    const limits = {
      ...limitsHere(options.concurrency, descriptorsHeld),
      ...(options.rate === undefined ? {} : { ratePerSecond: options.rate }),
      observe: vantages.observe,
      whenOpen: vantages.whenOpen,
    };
    const observed = new Map<string, Observed>();
    responders = await startWanted(prepared, planned, options, vantages);
    const tasks = responders?.tasks ?? prepared.tasks;
    const through = responders?.through ?? ((observe: Observe) => observe);
    const observe = (node: string) => through(vantages.observe(node));
    await schedule(tasks, {
      ...limits,
      observe,
      isSurprising: (id, seen) => prepared.isSurprising(id, seen) || responders?.lacksAnswer(id, seen) === true,
      answerKind,
      signal,
      onSlowed,
      observed,
      onObserved: (id, seen) => {
        progress.step(id, seen);
        const over = stream?.observed(id, responders?.join(id, seen) ?? seen) ?? [];
        if (isStreamOnly) for (const probe of over) observed.delete(probe);
      },
    });
    await askSlower({ plan: prepared.plan, tasks }, observed, { ...limits, observe, signal, say });
    const controls = await sendDecoys(prepared, observed, { ...limits, timeoutMs: options.timeout, signal });
    await responders?.finish(observed);
    const durationMs = performance.now() - clock;
    const circumstances = {
      version,
      startedAt,
      durationMs,
      interrupted: signal.aborted,
      controls,
      vantages: vantages.facts(),
      responders: responders?.facts,
    };
    return recordOf(prepared, observed, circumstances, isStreamOnly ? stream?.rest() : undefined);
  } finally {
    responders?.stop();
    progress.clear();
    await vantages.close();
  }
}

/** Starts the responders that were asked for and waits until they are up; `undefined` where none is wanted. */
async function startWanted(
  prepared: Prepared,
  { wholePlan }: Planned,
  { timeout }: Pick<CheckOptions, "timeout">,
  vantages: Vantages,
): Promise<Responders | undefined> {
  if (prepared.responders === undefined) return undefined;
  // Each sender asks a handful of ports of each target at a time, so a run takes no longer than its probes one by one.
  const runsForMs = Math.min(6 * 3_600_000, 120_000 + prepared.tasks.length * (timeout / 10));
  return startResponders(prepared, wholePlan, prepared.responders, vantages, runsForMs);
}
