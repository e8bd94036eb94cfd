import { judge } from "../judge/judge.ts";
import { exitCodeOf, summarise } from "../judge/rollup.ts";
import { isSurprising } from "../judge/surprise.ts";
import type { Plan } from "../model/flow.ts";
import { InputError } from "../model/problem.ts";
import type { Run } from "../model/run.ts";
import type { VantageSpec } from "../model/topology.ts";
import type { Stage } from "../model/verdict.ts";
import { phrase } from "../report/phrase.ts";
import { formats, renderers } from "../report/renderers.ts";
import { schedule } from "../schedule/schedule.ts";
import { appearance, inFile } from "./appearance.ts";
import { deliver, parseDestinations } from "./formats.ts";
import { identify, thisMachine } from "./identify.ts";
import { limitsHere } from "./limits.ts";
import { loadPlan, type PlanOptions, type Planned } from "./plan.ts";
import { startProgress } from "./progress.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";
import { tasksOf } from "./tasks.ts";
import { openVantages } from "./vantages.ts";

/** Options of `check`; durations in milliseconds. */
export interface CheckOptions extends PlanOptions {
  stage?: Stage;
  timeout: number;
  concurrency?: number;
  rate?: number;
  strict: boolean;
  color: boolean;
  quiet: boolean;
}

/** The main job: plan, probe, judge, report. Resolves with the exit code of contract §5; bad input is an InputError. */
export async function checkCommand(file: string, options: CheckOptions, surroundings: Surroundings): Promise<ExitCode> {
  const isDefault = options.format.length === 0;
  const destinations = await parseDestinations(isDefault ? ["table"] : options.format, formats);
  const planned = await loadPlan(file, options, surroundings);
  const run = await probe(planned, file, options, surroundings);

  const onStdout = appearance(surroundings, options.color);
  await deliver(
    options.quiet && isDefault ? [] : destinations,
    (format, toStdout) => renderers[format](run, toStdout ? onStdout : inFile),
    surroundings.out,
  );
  return run.interrupted === true ? exitCodes.interrupted : exitCodeOf(run.results, { strict: options.strict });
}

/** Sends what this machine and the declared vantage points can send of a plan and judges what came back. */
export async function probe(
  { loaded, plan }: Planned,
  file: string,
  options: Pick<CheckOptions, "from" | "stage" | "timeout" | "concurrency" | "rate" | "quiet">,
  surroundings: Surroundings,
): Promise<Run> {
  const { topology } = loaded;
  const senders = new Map<string, VantageSpec>(Object.entries(topology.vantages));
  for (const node of await identify(topology, file, options.from, thisMachine)) senders.set(node, "local");
  const sendable = plan.probes.filter(({ from }) => senders.has(from));
  if (sendable.length === 0) throw new InputError([{ file, message: nothingToSend(plan, [...senders.keys()]) }]);
  const tasks = await tasksOf(sendable, loaded, options.timeout);

  const startedAt = new Date();
  const clock = performance.now();
  const stage = options.stage ?? topology.stage;
  const needed = new Map([...senders].filter(([node]) => sendable.some(({ from }) => from === node)));
  const vantages = await openVantages(needed, surroundings.signal);
  const expectations = new Map(sendable.map((one) => [one.id, one.expectations]));
  const progress = startProgress(sendable.length, surroundings.stderrIsTerminal && !options.quiet, surroundings.err);
  try {
    const observed = await schedule(tasks, {
      ...limitsHere(options.concurrency),
      ...(options.rate === undefined ? {} : { ratePerSecond: options.rate }),
      observe: vantages.observe,
      isSurprising: (id, observation) => isSurprising(expectations.get(id) ?? ["open"], stage, observation),
      signal: surroundings.signal,
      onObserved: progress.step,
    });
    const interrupted = surroundings.signal.aborted;
    const results = judge({ plan, observed, stage, senders: new Set(senders.keys()), interrupted }).map((judgement) =>
      phrase(judgement, { topology: file }),
    );
    return {
      format: 1,
      tool: { name: "portmatrix", version: surroundings.version },
      startedAt: startedAt.toISOString(),
      durationMs: Math.round((performance.now() - clock) * 10) / 10,
      catalog: plan.catalog,
      stage,
      topology: file,
      ...(interrupted ? { interrupted } : {}),
      sections: plan.sections.map((section) => ({ ...section })),
      summary: summarise(results),
      results,
    };
  } finally {
    progress.clear();
    await vantages.close();
  }
}

function nothingToSend(plan: Plan, senders: readonly string[]): string {
  const starts = [...new Set(plan.flows.map(({ from }) => from))];
  const here = senders.length === 0 ? "no vantage point" : `vantage points for ${senders.slice(0, 12).join(", ")} only`;
  return `none of the ${plan.flows.length} flows can be sent from here: there is ${here}, and the flows start at ${starts
    .slice(0, 12)
    .join(", ")}; run portmatrix there with --from NODE, or declare how to reach them under "vantages:"`;
}
