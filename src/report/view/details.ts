import { openingFailureKey } from "../../model/machine/opening-failure.ts";
import type { Result } from "../../model/run/run.ts";
import type { Verdict } from "../../model/verdict.ts";
import { severity } from "../../model/severity.ts";
import { pathBehindRefusal } from "../reasons/icmp-words.ts";
import { groupBy } from "../text/group-by.ts";
import { counted, inOrder, listed } from "../text/wording.ts";

/** One line under a matrix: why some cells are not green. */
export interface Detail {
  verdict: Verdict;
  text: string;
}

/** So many flows that look alike are told one by one. */
const toldSingly = 2;

/**
 * The reasons of a section's cells that are neither pass nor skipped, worst first: each flow with its own message, or
 * one message for a group that shares requirement and reason.
 */
export function detailsOf(results: readonly Result[]): Detail[] {
  const open = results.filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped");
  const groups = groupBy(
    open,
    (result) => sharedKey(result) ?? `${result.verdict} ${result.reason} ${result.requirement} ${result.short}`,
  );
  return [...groups.values()]
    .flatMap((group) => (group.length <= toldSinglyOf(group) ? group.map(single) : [together(group)]))
    .toSorted((a, b) => severity(a.verdict) - severity(b.verdict));
}

/** What is as it should be before the installation is never told twice, nor are vantage points that did not open. */
const toldSinglyOf = ([first]: readonly Result[]): number =>
  first !== undefined && sharedKey(first) !== undefined ? 1 : toldSingly;

/**
 * Before the installation one line tells all open paths of which equally much is known, whatever they are for; and one
 * tells why nothing left some vantage points.
 */
function sharedKey(result: Result): string | undefined {
  const { reason, protocol, evidence, from } = result;
  if (reason === "vantage-not-opened") return `${reason} ${openingFailureKey(from, evidence.detail ?? "")}`;
  if (reason !== "path-open-nothing-listens") return undefined;
  return `${reason} ${protocol} ${pathBehindRefusal(result)} ${evidence.reporter !== undefined}`;
}

const single = (result: Result): Detail => ({
  verdict: result.verdict,
  text: [result.message, ...caveat(result)].join(" "),
});

/** Problems get their advice under "what to look at first"; a caveat is told here or nowhere, unless the message says already what works instead. */
const caveat = ({ verdict, evidence, advice }: Result): string[] =>
  verdict === "warn" && evidence.satisfiedBy === undefined && advice !== undefined ? [advice] : [];

function together(group: readonly Result[]): Detail {
  const [first, ...rest] = group as [Result, ...Result[]];
  const sources = inOrder(rest.map(({ from }) => from));
  const targets = inOrder(rest.map(({ to }) => to));
  const sameSource = sources.length === 1 && sources[0] === first.from;
  const sameTarget = targets.length === 1 && targets[0] === first.to;
  const which =
    sameSource && !sameTarget ? ` to ${listed(targets)}` : sameTarget && !sameSource ? ` from ${listed(sources)}` : "";
  return {
    verdict: first.verdict,
    text: [first.message, ...caveat(first), `Likewise ${counted(rest.length, "more flow")}${which}.`].join(" "),
  };
}
