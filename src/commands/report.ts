import { loadRun } from "../load/run.ts";
import type { Run } from "../model/run/run.ts";
import { exitCodeOf } from "../judge/rollup.ts";
import { formats, renderers } from "../report/run/renderers.ts";
import { appearance, inFile } from "./output/appearance.ts";
import { parseDestinations } from "./output/formats.ts";
import { conclude, deliver } from "./output/output.ts";
import { readReportHead } from "./report/report-head.ts";
import type { ReportHeadOptions } from "./report/report-head-options.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

/** Renders a saved run; the exit code is the one that the run had. */
export async function reportCommand(
  file: string,
  options: ReportHeadOptions & {
    format: readonly string[];
    strict: boolean;
    complete: boolean;
    color: boolean;
    merge: readonly string[];
    maxAge?: number;
  },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const destinations = await parseDestinations(options.format.length > 0 ? options.format : ["table"], formats);
  const saved = await loadRun(file);
  const joined = options.merge.length === 0 ? saved : await merged(saved, options, surroundings);
  const report = await readReportHead(options, { saved: saved.report ?? {} });
  const run = report === undefined ? joined : { ...joined, report };
  const onStdout = appearance(surroundings, options.color);
  const undelivered = await deliver(
    destinations,
    async (format, toStdout) => (await renderers[format]())(run, toStdout ? onStdout : inFile),
    surroundings.out,
  );
  const code = run.interrupted === true ? exitCodes.interrupted : exitCodeOf(run.results, options);
  return conclude(code, undelivered, surroundings);
}

/** The run with what scripts brought, and with what arrived at responders that were started by hand. */
async function merged(
  saved: Run,
  { merge, maxAge }: { merge: readonly string[]; maxAge?: number },
  surroundings: Surroundings,
): Promise<Run> {
  const { mergeIntoReport } = await import("./merge/merge-report.ts");
  const { run, others } = await mergeIntoReport(saved, merge, { maxAge }, surroundings);
  if (others.length === 0) return run;
  const { loadForReport } = await import("./responder/merge.ts");
  const { mergeArrivals } = await import("./responder/merge-results.ts");
  return mergeArrivals(run, await loadForReport(others, run));
}
