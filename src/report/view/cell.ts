import type { Result } from "../../model/run.ts";
import { severity } from "../../model/severity.ts";
import type { Verdict } from "../../model/verdict.ts";
import { reasonWords } from "../reasons/entries.ts";

/** One cell of the matrix: what a row's pair of nodes gave for one requirement. */
export interface Cell {
  verdict: Verdict;
  /** What was seen, in a word: `refused`. */
  word: string;
  /** Flows in the cell (several addresses, ports or sites), and how many of them have this verdict and word. */
  flows: number;
  alike: number;
  results: readonly Result[];
}

/** True for an alternative that another flow of the same cell satisfies: it counts neither for the cell nor against it. */
function isMetWithin({ evidence: { satisfiedBy } }: Result, cell: readonly Result[]): boolean {
  return satisfiedBy !== undefined && cell.some(({ id }) => id === satisfiedBy);
}

/**
 * Makes one cell of the flows that fall into it, at least one: the worst speaks for all.
 */
export function cellOf(results: readonly [Result, ...Result[]]): Cell {
  const counting = results.filter((result) => !isMetWithin(result, results));
  const worst = counting.reduce(
    (left, right) => (severity(right.verdict) < severity(left.verdict) ? right : left),
    counting[0] ?? results[0],
  );
  const word = reasonWords[worst.reason].cell;
  const alike = counting.filter(
    ({ verdict, reason }) => verdict === worst.verdict && reasonWords[reason].cell === word,
  ).length;
  return { verdict: worst.verdict, word, flows: counting.length, alike, results };
}

/** The text of a cell without its glyph: `refused`, `open ×2`, `refused 1/3`. */
export function cellText({ word, flows, alike }: Cell): string {
  if (flows === 1) return word;
  return alike === flows ? `${word} x${flows}` : `${word} ${alike}/${flows}`;
}
