import { countVerdicts } from "../../model/severity.ts";
import { type Verdict, verdictSchema } from "../../model/verdict.ts";

/** How many flows of a section have one verdict. */
export interface VerdictCount {
  verdict: Verdict;
  count: number;
}

/**
 * How many flows have which verdict, in the order of the summary unless another is asked for, without those that do not
 * occur. Every report counts flows, not cells: a cell may hold several, of which the worst speaks.
 */
export function countsOf(
  results: readonly { verdict: Verdict }[],
  order: readonly Verdict[] = verdictSchema.options,
): VerdictCount[] {
  const counts = countVerdicts(results);
  return order.flatMap((verdict) => (counts[verdict] === 0 ? [] : [{ verdict, count: counts[verdict] }]));
}
