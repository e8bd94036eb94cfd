import { answerKind } from "../judge/answer-kind.ts";
import { openLastingOutcomes } from "../judge/limit.ts";
import { watchLosses } from "../judge/loss.ts";
import { watchReporters } from "../judge/reporters.ts";
import { exitCodeOfSummary } from "../judge/rollup.ts";
import { probesOf } from "../judge/sender.ts";
import type { Run } from "../model/run/run.ts";
import { formats, renderers, streamed } from "../report/run/renderers.ts";
import type { Observed } from "../model/run/observed.ts";
import type { Observe } from "../model/task.ts";
import { networkOf } from "../schedule/network-of.ts";
import { schedule } from "../schedule/schedule.ts";
import { appearance, inFile } from "./output/appearance.ts";
import type { BaselineOptions } from "./check/baseline.ts";
import { parseDestinations } from "./output/formats.ts";
import { limitsHere, sayWhenSlowed } from "./check/limits.ts";
import { askAfterLoss } from "./check/again/ask-after-loss.ts";
import { askAtReporterPace } from "./check/again/ask-at-pace.ts";
import { askSlower } from "./check/again/ask-slower.ts";
import { openEarlyJudge } from "./check/early.ts";
import { conclude, deliver, textPlace } from "./output/output.ts";
import { loadPlan, type PlanOptions, type Planned } from "./plan.ts";
import { type Prepared, prepare, type RunOptions } from "./check/prepare.ts";
import { narrateStart, narratorOf } from "./check/narrate.ts";
import { progressPlace, startProgress } from "./check/progress.ts";
import { recordOf } from "./check/record.ts";
import { sendDecoys } from "./check/again/send-decoys.ts";
import type { Responders } from "./check/responders.ts";
import { readFrom } from "./identify/sender-place.ts";
import { type RunStream, streamOf } from "./check/stream.ts";
import type { ReportHeadOptions } from "./report/report-head-options.ts";
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
  const isCompared = options.baseline !== undefined || options.diffFormat.length > 0; // most runs load nothing for it
  const baseline = isCompared
    ? await (await import("./check/baseline.ts")).openBaseline(planned.plan, options)
    : undefined;
  const stream = streamOf(destinations, surroundings.out);
  const text = textPlace(destinations, surroundings);
  const isStreamOnly = baseline === undefined && destinations.every(({ format }) => format === streamed);
  if (aims !== undefined) surroundings.onProbing?.(true);
  const { onProbing } = surroundings;
  const { run, ending } =
    aims === undefined
      ? { run: await probe(planned, file, options, surroundings, { stream, isStreamOnly, onProbing }), ending: "" }
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
  const code = compared?.code ?? exitCodeOfSummary(summary, options);
  return conclude(
    run.interrupted === true ? exitCodes.interrupted : code,
    [...undelivered, ...delivered, ...(compared?.undelivered ?? [])],
    surroundings,
  );
}

/** Who is told of each probe as it is done, and whether it is the only one. */
interface Listener {
  stream: RunStream | undefined;
  isStreamOnly: boolean;
  /** Told when it begins to send, and when nothing more is sent. */
  onProbing?: Surroundings["onProbing"];
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
    | "verbose"
    | "controls"
    | "responders"
    | "keyFile"
    | "trace"
    | "inspect"
    | keyof ReportHeadOptions
    | "merge"
    | "maxAge"
  >,
  surroundings: Surroundings,
  { stream, isStreamOnly, onProbing }: Listener = { stream: undefined, isStreamOnly: false },
): Promise<Run> {
  const { signal, version } = surroundings;
  const prepared = await prepare(planned, file, options, {
    version,
    say: options.quiet ? undefined : surroundings.err,
  });
  const startedAt = new Date();
  const clock = performance.now();
  onProbing?.(true);
  await stream?.begin(prepared, { version, startedAt });
  const { descriptorsHeld } = prepared;
  const onSlowed = sayWhenSlowed(prepared.tasks.length, options.concurrency, descriptorsHeld, surroundings.err);
  const say = options.quiet ? undefined : surroundings.err;
  const narrate = narratorOf(options.verbose, surroundings.err);
  const machine = limitsHere(options.concurrency, descriptorsHeld);
  await narrateStart(narrate, prepared, machine, options);
  const opening = { signal, env: prepared.childEnv, say, narrate, atOnce: options.vantages };
  const vantages = openVantages(prepared.needed, opening);
  const progress = startProgress(prepared, progressPlace(surroundings, options.quiet), vantages.counts);
  let responders: Responders | undefined;
  try {
    const limits = {
      ...machine,
      ...(options.rate === undefined ? {} : { ratePerSecond: options.rate }),
      observe: vantages.observe,
      whenOpen: vantages.whenOpen,
    };
    const observed = new Map<string, Observed>();
    const { merged } = prepared;
    for (const [id, seen] of merged?.observed ?? []) observed.set(id, seen);
    responders = await startWanted(prepared, planned, options, vantages);
    const tasks = responders?.tasks ?? prepared.tasks;
    const through = responders?.through ?? ((observe: Observe) => observe);
    const observe = (node: string) => through(vantages.observe(node));
    const probeOf = probesOf(prepared.plan.probes);
    const reporters = watchReporters(probeOf, networkOf);
    const losses = watchLosses(probeOf);
    const lasting = isStreamOnly ? openLastingOutcomes(prepared.plan) : undefined;
    const forget = (probe: string) => {
      lasting?.keep(probe, observed.get(probe));
      observed.delete(probe);
    };
    // What walks and targets say comes last of all, and a flow that was judged before would lack it.
    const isAskedLater = options.trace === true || options.inspect === true || (merged?.listening.size ?? 0) > 0;
    for (const [id, seen] of observed) if (!isAskedLater || isAnswered(seen)) stream?.observed(id, seen);
    const hasEarly = stream === undefined && responders === undefined && !isAskedLater;
    const early = hasEarly ? openEarlyJudge(prepared) : undefined;
    await schedule(tasks, {
      ...limits,
      observe,
      isSurprising: (id, seen) => prepared.isSurprising(id, seen) || responders?.lacksAnswer(id, seen) === true,
      answerKind,
      signal,
      onSlowed,
      observed,
      onAllStarted: early?.hasTime,
      onObserved: (id, seen) => {
        early?.observed(id, seen);
        reporters.note(id, seen);
        losses.note(id, seen);
        progress.step(id, seen);
        if (isAskedLater && !isAnswered(seen)) return;
        const over = stream?.observed(id, responders?.join(id, seen) ?? seen) ?? [];
        if (isStreamOnly) over.forEach(forget);
      },
    });
    const again = { ...limits, observe, signal, say };
    await askSlower({ plan: prepared.plan, tasks, lasting }, observed, again);
    await askAtReporterPace(tasks, reporters.suspicions(), observed, again);
    await askAfterLoss(tasks, losses.suspicions(), observed, again);
    const controls = await sendDecoys(prepared, observed, { ...limits, timeoutMs: options.timeout, signal });
    await responders?.finish(observed);
    if (options.trace === true)
      await (await import("./trace/trace-run.ts")).traceRun(prepared, observed, { signal, say });
    if (options.inspect === true)
      await (
        await import("./inspect/inspect-run.ts")
      ).inspectRun(prepared, observed, { topology: planned.loaded.topology, vantages, signal, say });
    if (merged !== undefined)
      (await import("./merge/explain-refused.ts")).explainRefused(prepared.plan, observed, merged);
    const durationMs = performance.now() - clock;
    narrate?.(`${observed.size} probes are back, ${controls.length} decoy ports were asked`);
    const circumstances = {
      version,
      startedAt,
      durationMs,
      interrupted: signal.aborted,
      controls,
      vantages: vantages.facts(),
      responders: responders?.facts(),
    };
    onProbing?.(false);
    const decided = early?.end();
    return recordOf(prepared, observed, circumstances, { flows: isStreamOnly ? stream?.rest() : undefined, decided });
  } finally {
    responders?.stop();
    progress.clear();
    await vantages.close();
  }
}

/** True for what is written as soon as it is seen; the rest may still be explained by a walk or by the target. */
const isAnswered = ({ observation }: Observed): boolean =>
  observation.answers.every(({ outcome, evidence: { service } }) => {
    const { finding } = service ?? {};
    return outcome.kind === "open" && finding !== "closed" && finding !== "unanswered";
  });

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
  const { startResponders } = await import("./check/responders.ts");
  return startResponders(prepared, wholePlan, prepared.responders, vantages, runsForMs);
}
