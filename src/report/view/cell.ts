import type { Result } from "../../model/run/run.ts";
import { severity } from "../../model/severity.ts";
import type { Verdict } from "../../model/verdict.ts";
import { verdictOf } from "../../model/reason.ts";
import { isGoodAnswer } from "../text/answers-as.ts";
import { reasonWords } from "../reasons/entries.ts";
import { otherAddressesIn } from "../reasons/other-addresses.ts";
import { type Beside, brokenFamily, findBeside } from "./beside.ts";

/** One cell of the matrix: what a row's pair of nodes gave for one requirement. */
export interface Cell {
  verdict: Verdict;
  /** What was seen, in a word: `refused`. */
  word: string;
  /** Flows in the cell (several addresses, ports or sites), and how many of them have this verdict and word. */
  flows: number;
  alike: number;
  results: readonly Result[];
  /** The family at whose addresses it is so, where it works at those of the other one. */
  family?: "IPv4" | "IPv6";
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
  const family = verdictOf(worst.reason) === "pass" ? undefined : brokenFamily(besideIn(counting));
  return {
    verdict: worst.verdict,
    word,
    flows: counting.length,
    alike,
    results,
    ...(family === undefined ? {} : { family }),
  };
}

/** Flows of a cell that work at another address of their target; none unless that is so for all that do not work. */
function besideIn(results: readonly Result[]): Beside[] {
  const isAlone = results.length === 1 && results[0]?.evidence.addresses === undefined; // as nearly all are
  const bad = isAlone ? [] : results.filter(({ verdict }) => verdict !== "pass");
  const beside = findBeside(bad, otherAddressesIn(results));
  return beside.length === bad.length ? beside : [];
}

/** The text of a cell without its glyph: `refused`, `open ×2`, `refused 1/3`, `no answer IPv6`. */
export function cellText({ word, flows, alike, family, results }: Cell): string {
  if (family !== undefined) return `${word} ${family}`;
  if (flows === 1) return `${word}${addressesOf(results)}`;
  return alike === flows ? `${word} x${flows}` : `${word} ${alike}/${flows}`;
}

/** ` 1/2` of a name with several addresses of which only some answered as the flow was judged. */
function addressesOf([only, ...others]: readonly Result[]): string {
  const { addresses = [] } = only?.evidence ?? {};
  if (only === undefined || others.length > 0 || addresses.length < 2 || only.verdict === "pass") return "";
  const alike = addresses.filter(({ outcome, evidence }) => !isGoodAnswer({ outcome, evidence }));
  return alike.length === addresses.length || alike.length === 0 ? "" : ` ${alike.length}/${addresses.length}`;
}
