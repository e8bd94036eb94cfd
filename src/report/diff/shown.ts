import type { Change, Comparison } from "../../model/run/comparison.ts";
import type { Result, Run } from "../../model/run/run.ts";
import { phrase } from "../reasons/phrase.ts";

/** The new side of a change as people read it: what closed is told as that, whatever the run said of it alone. */
export function shownAfter({ after, closed }: Change, topology: string | undefined): Result | undefined {
  return closed === undefined || closed.reason === after.reason ? after : phrase(closed, { topology });
}

/** The new run as people read it, all of it: what closed is told as that. */
export function shownRun({ after, changes }: Pick<Comparison, "after" | "changes">): Run {
  const shown = new Map(
    changes.flatMap((change) => (change.closed === undefined ? [] : [[change.id, shownAfter(change, after.topology)]])),
  );
  return { ...after, results: after.results.map((result) => shown.get(result.id) ?? result) };
}

/** What is broken or lost, as people read it. */
export function shownRegressions({ regressions, after, changes }: Comparison): Run {
  const shown = new Map(shownRun({ after, changes }).results.map((result) => [result.id, result]));
  return { ...regressions, results: regressions.results.map((result) => shown.get(result.id) ?? result) };
}
