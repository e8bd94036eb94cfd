import type { Caveat, CaveatCode, Change, ChangeKind, ComparisonSummary } from "../../model/run/comparison.ts";
import type { Result, Run } from "../../model/run/run.ts";
import { reasonWords } from "../reasons/entries.ts";
import { shownAfter } from "./shown.ts";
import { nameFlow } from "../view/flow-name.ts";
import { counted, listed, moment } from "../text/wording.ts";

/** What each kind of change means, as a heading. */
export const kindTitles = {
  broken: "Broken: worked before, or could not be told, and does not work now",
  lost: "Lost: worked before, could not be tried or told now",
  flaky: "Flaky: attempts disagree that agreed before",
  changed: "Changed: another reason than before",
  new: "New: was not required before",
  gone: "Gone: is not required any more",
  gained: "Gained: was not tried before",
  fixed: "Fixed: did not work before",
} as const satisfies Record<ChangeKind, string>;

/** `web01 → cmk  8000/tcp  Register`: the flow of a change; both sides say the same. */
export const flowOf = ({ before, after }: Change): string => nameFlow(after ?? before);

/** `open, now no answer`: what was and what is, in the words of the matrix. */
export function turnOf({ before, after, closed }: Change): string {
  if (before === undefined) return stateOf(after);
  if (after === undefined) return `was ${stateOf(before)}`;
  const now = closed ?? after;
  const [was, is] = [reasonWords[before.reason].cell, reasonWords[now.reason].cell];
  return was === is ? `${stateOf(before)}, now ${stateOf(now)}` : `${was}, now ${is}`;
}

const stateOf = ({ verdict, reason }: Pick<Result, "verdict" | "reason">): string =>
  `${verdict} (${reasonWords[reason].cell})`;

/** The sentences below a change: what was seen, and advice where something does not work. */
export function reasonsOf(change: Change, topology: string | undefined): string[] {
  const after = shownAfter(change, topology);
  if (after === undefined || change.kind === "fixed" || after.verdict === "pass") return [];
  return [after.message, ...(after.advice === undefined ? [] : [after.advice])];
}

const sides = ({ old, new: now }: Caveat, nothing = "none"): string =>
  `the old run has ${listed(old) || nothing}, the new one ${listed(now) || nothing}`;

const sentences: Record<CaveatCode, (caveat: Caveat) => string> = {
  "catalog-version": (caveat) => `Other catalog: ${sides(caveat)}.`,
  stage: (caveat) => `Other stage: ${sides(caveat)}. Verdicts follow other rules.`,
  topology: (caveat) => `Other topology file: ${sides(caveat)}.`,
  flows: ({ old, new: now }) =>
    `Other requirements: ${counted(old.length, "flow")} of the old run and ${counted(now.length, "flow")} of the new one have no counterpart.`,
  addresses: (caveat) => `Other addresses were asked: ${sides(caveat)}.`,
  vantages: (caveat) => `Other vantage points sent: ${sides(caveat, "no other")}.`,
  "icmp-method": (caveat) => `ICMP was sent in another way, which sees more or less: ${sides(caveat, "no other")}.`,
  "tool-version": (caveat) => `Other version of portmatrix: ${sides(caveat)}.`,
  interrupted: ({ old }) => `The ${old.length > 0 ? "old" : "new"} run was interrupted.`,
  notes: ({ old, new: now }) =>
    [...old.map((note) => `Old run: ${note}`), ...now.map((note) => `New run: ${note}`)].join(" "),
  order: ({ old, new: now }) => `The old run (${old[0]}) is younger than the new one (${now[0]}): swapped?`,
};

/** One sentence for a caveat. */
export const phraseCaveat = (caveat: Caveat): string => sentences[caveat.code](caveat);

/** `2026-11-20 20:00 UTC, portmatrix.yaml, 12 flows: fail`: one of the two runs in a line. */
export function describeRun({ startedAt, topology, results, summary }: Run): string {
  const where = topology === undefined ? "" : `, ${topology}`;
  return `${moment(startedAt)}${where}, ${counted(results.length, "flow")}: ${summary.verdict}`;
}

/** What a comparison comes to, in capitals. */
export const verdictTitles = {
  regression: "REGRESSION",
  undecided: "UNDECIDED",
  "no-regression": "NO REGRESSION",
  "no-change": "NO CHANGE",
} as const satisfies Record<ComparisonSummary["verdict"], string>;
