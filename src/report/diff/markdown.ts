import { markdownTable } from "markdown-table";
import { type Change, type ChangeKind, changeKinds, type Comparison } from "../../model/run/comparison.ts";
import { plainTexts } from "../../model/text/printable.ts";
import type { CausePhrase } from "../view/cause-phrases.ts";
import { type ChangeGroup, firstOf, groupChanges, sizeOf } from "./groups.ts";
import { describeRun, flowOf, kindTitles, phraseCaveat, reasonsOf, turnOf, verdictTitles } from "./phrase.ts";
import { changeSign } from "./table.ts";
import { escapeMarkdown, escapeProse } from "../text/markdown-text.ts";
import { counted } from "../text/wording.ts";
import { inThousands } from "../../model/thousands.ts";

/** A comment has limits (GitHub: 65,536 characters); the record and CSV have all. */
const shownOfKind = 40;

/** What a firewall change did, as Markdown that fits a comment of a merge request. */
export function renderDiffMarkdown(raw: Comparison): string {
  const comparison = plainTexts(raw);
  const { before, after, caveats, summary } = comparison;
  const groupsOf = groupChanges(comparison);
  const counts = [...changeKinds, "unchanged" as const]
    .filter((kind) => summary[kind] > 0)
    .map((kind) => `${inThousands(summary[kind])} ${kind}`);
  return `${[
    `## portmatrix diff: ${verdictTitles[summary.verdict].toLowerCase()}`,
    counts.join(", "),
    `- old: ${escapeMarkdown(describeRun(before))}\n- new: ${escapeMarkdown(describeRun(after))}`,
    ...(caveats.length === 0
      ? []
      : ["### Compare with care", caveats.map((caveat) => `- ${escapeProse(phraseCaveat(caveat))}`).join("\n")]),
    ...changeKinds.flatMap((kind) => section(kind, groupsOf(kind), after.topology)),
  ].join("\n\n")}\n`;
}

function section(kind: ChangeKind, groups: readonly ChangeGroup[], topology: string | undefined): string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, shownOfKind);
  const rest = sizeOf(groups) - sizeOf(shown);
  const rows = shown.flatMap(({ cause, changes }) =>
    cause === undefined
      ? changes.map((change) => rowOf(change, reasonsOf(change, topology)))
      : [causeRow(cause, changes)],
  );
  const table = markdownTable([["flow", "before and now", "why"], ...rows], { alignDelimiters: false, padding: true });
  return [
    `### ${escapeMarkdown(changeSign(kind, { unicode: true }))} ${kindTitles[kind]}`,
    table,
    ...(rest > 0 ? [`… and ${counted(rest, "more flow")}`] : []),
  ];
}

const rowOf = (change: Change, reasons: readonly string[]): string[] => [
  escapeMarkdown(flowOf(change)),
  escapeMarkdown(turnOf(change)),
  reasons.map(escapeProse).join(" "),
];

/** A cause in a row: its first flows, what became of them, and the words of the cause. */
function causeRow({ headline, advice }: CausePhrase, changes: readonly Change[]): string[] {
  const { shown, rest } = firstOf(changes);
  const flows = shown.map((change) => escapeMarkdown(flowOf(change)));
  const turns = new Set(changes.map((change) => escapeMarkdown(turnOf(change))));
  return [
    [...flows, ...(rest > 0 ? [`… and ${counted(rest, "more flow")}`] : [])].join("<br>"),
    [...turns].join("<br>"),
    [headline, advice]
      .filter((text) => text !== "")
      .map(escapeProse)
      .join(" "),
  ];
}
