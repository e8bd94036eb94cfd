import { gatherFragments } from "../../load/fragment/gather.ts";
import { judge } from "../../judge/judge.ts";
import { summarise } from "../../judge/rollup.ts";
import { InputError } from "../../model/text/problem.ts";
import type { Run } from "../../model/run/run.ts";
import { phrase } from "../../report/reasons/phrase.ts";
import { noteLeft, noteTaken, noteUnexamined } from "../../report/text/note-taken.ts";
import { loadPlan } from "../plan.ts";
import type { Surroundings } from "../surroundings.ts";
import { explainRefused } from "./explain-refused.ts";
import { mergeFragments } from "./fragments.ts";
import { nodesOf } from "../identify/identify.ts";
import { nothingLeft, tellLeft } from "./left-out.ts";
import { usualMaxAgeMs } from "./merge-for.ts";
import { flowsByNode } from "./unexamined.ts";

/**
 * A saved run with what scripts brought from nodes that it could not send from, and the files that are something else.
 * What the run has seen itself stays. The topology is read again, from where the run had it: a record does not say what
 * was asked of a port.
 */
export async function mergeIntoReport(
  run: Run,
  files: readonly string[],
  { maxAge = usualMaxAgeMs }: { maxAge?: number | undefined },
  surroundings: Surroundings,
): Promise<{ run: Run; others: readonly string[] }> {
  const { fragments, others } = await gatherFragments(files);
  if (fragments.length === 0) return { run, others };
  if (run.topology === undefined || run.topology === "-")
    throw new InputError([
      {
        file: "--merge",
        message: "the run does not name its topology, so what scripts brought cannot be judged; use check --merge",
      },
    ]);
  const { loaded, wholePlan } = await loadPlan(run.topology, { section: [], only: [], quiet: true }, surroundings);
  const sent = new Set(run.results.flatMap(({ vantage }) => vantage ?? []));
  const known = new Set((run.taken ?? []).map(({ node }) => node));
  const merged = await mergeFragments(fragments, {
    wholePlan,
    nodes: nodesOf(loaded.topology).map(({ name }) => name),
    version: surroundings.version,
    nowMs: Date.parse(run.startedAt) + run.durationMs,
    maxAgeMs: maxAge,
    isAnyTime: true,
    whyNot: (node) => (known.has(node) ? "has-fragment" : sent.has(node) ? "sent" : undefined),
  });
  if (merged.taken.length === 0) throw nothingLeft(merged.left);
  tellLeft(merged.left, surroundings.err);
  explainRefused(wholePlan, merged.observed, merged);
  const at = new Map(merged.taken.map((fact) => [fact.node, fact.at]));
  const judged = judge({
    plan: wholePlan,
    observed: merged.observed,
    stage: run.stage,
    senders: new Set(at.keys()),
    interrupted: false,
  });
  const news = new Map(
    judged
      .filter(({ from }) => at.has(from))
      .map((one) => [one.id, { ...phrase(one, { topology: run.topology }), takenAt: at.get(one.from) }]),
  );
  const results = run.results.map((result) =>
    result.outcome === undefined ? (news.get(result.id) ?? result) : result,
  );
  return {
    run: {
      ...run,
      notes: [
        ...(run.notes ?? []),
        ...noteTaken(merged.taken),
        ...noteLeft(merged.left),
        ...noteUnexamined(flowsByNode(results.filter(({ reason }) => reason === "no-vantage")), run.topology),
      ],
      taken: [...(run.taken ?? []), ...merged.taken],
      results,
      summary: summarise(results),
    },
    others,
  };
}
