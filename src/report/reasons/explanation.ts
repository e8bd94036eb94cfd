import type { Verdict } from "../../model/verdict.ts";

/**
 * What a reason code says in general, where `message.ts` and `advice.ts` speak of one flow. Plain prose; passages in
 * backticks are code. The causes are in order of likelihood; a reason with nothing to explain has none.
 */
export interface Explanation {
  verdict: Verdict;
  /** One line for a list, without a full stop. */
  short: string;
  /** What was seen, in one or two sentences. */
  means: string;
  /** What follows for certain. */
  proves: string;
  /** What a reader may take it for, and it is not. */
  doesNotProve: string;
  likelyCauses: readonly string[];
  lookFirst: string;
}
