import { whyIncomparable } from "../../judge/compare/comparable.ts";
import { compare, exitCodeOfComparison, type FailOn } from "../../judge/compare/compare.ts";
import { summarise } from "../../judge/rollup.ts";
import { loadRun } from "../../load/run.ts";
import type { Plan } from "../../model/flow.ts";
import { InputError } from "../../model/text/problem.ts";
import type { Run } from "../../model/run/run.ts";
import { applyFilter } from "../../plan/filter.ts";
import { parseDiffDestinations, showComparison } from "../diff.ts";
import type { Undelivered } from "../output/output.ts";
import type { PlanOptions } from "../plan.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";

/** Options of `check` that compare the run with an earlier one. */
export interface BaselineOptions {
  baseline?: string;
  diffFormat: readonly string[];
  failOn: FailOn;
}

/** An earlier run to compare with. */
export interface Baseline {
  /** Compares a run with it, shows what changed, and gives the exit code of that. */
  report: (run: Run, surroundings: Surroundings) => Promise<{ code: ExitCode; undelivered: Undelivered[] }>;
}

/**
 * Reads the baseline before anything is sent, and refuses one that cannot be compared with what is planned. What
 * `--from`, `--section` and `--only` leave out of the plan is left out of it too.
 */
export async function openBaseline(
  plan: Plan,
  options: BaselineOptions & PlanOptions & { quiet: boolean; color: boolean },
): Promise<Baseline> {
  const { baseline: file, from, section, only, quiet, color } = options;
  const destinations = await parseDiffDestinations(options.diffFormat, "--diff-format");
  if (file === undefined)
    throw new InputError([
      { file: "--diff-format", message: "there is nothing to compare with; add --baseline OLD.json" },
    ]);
  const whole = await loadRun(file);
  const filter = { sections: section, only, ...(from === undefined ? {} : { from }) };
  const results = applyFilter(whole.results, whole.sections, filter);
  const before = { ...whole, results, summary: summarise(results) };
  const reason = whyIncomparable(before, { catalog: plan.catalog, results: plan.flows });
  if (reason !== undefined) throw new InputError([{ file, message: reason }]);
  const shown = options.diffFormat.length === 0 && quiet ? [] : destinations;
  return {
    report: async (run, surroundings) => {
      const comparison = compare(before, run);
      if (shown.some(({ file }) => file === undefined)) surroundings.out("\n"); // below the report
      const undelivered = await showComparison(comparison, shown, color, surroundings);
      return { code: exitCodeOfComparison(comparison.summary, options.failOn), undelivered };
    },
  };
}
