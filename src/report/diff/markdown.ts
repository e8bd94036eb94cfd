import { markdownTable } from "markdown-table";
import { type Change, type ChangeKind, changeKinds, type Comparison } from "../../model/comparison.ts";
import { plainTexts } from "../../model/printable.ts";
import { describeRun, flowOf, kindTitles, phraseCaveat, reasonsOf, turnOf, verdictTitles } from "./phrase.ts";
import { changeSign } from "./table.ts";
import { escapeMarkdown, escapeProse } from "../text/markdown-text.ts";
import { counted } from "../text/wording.ts";

/** A comment has limits (GitHub: 65,536 characters); the record and CSV have all. */
const shownOfKind = 40;

/** What a firewall change did, as Markdown that fits a comment of a merge request. */
export function renderDiffMarkdown(raw: Comparison): string {
  const { before, after, caveats, changes, summary } = plainTexts(raw);
  const counts = [...changeKinds, "unchanged" as const]
    .filter((kind) => summary[kind] > 0)
    .map((kind) => `${summary[kind].toLocaleString("en")} ${kind}`);
  return `${[
    `## portmatrix diff: ${verdictTitles[summary.verdict].toLowerCase()}`,
    counts.join(", "),
    `- old: ${escapeMarkdown(describeRun(before))}\n- new: ${escapeMarkdown(describeRun(after))}`,
    ...(caveats.length === 0
      ? []
      : ["### Compare with care", caveats.map((caveat) => `- ${escapeProse(phraseCaveat(caveat))}`).join("\n")]),
    ...changeKinds.flatMap((kind) => section(kind, changes)),
  ].join("\n\n")}\n`;
}

function section(kind: ChangeKind, changes: readonly Change[]): string[] {
  const all = changes.filter((change) => change.kind === kind);
  if (all.length === 0) return [];
  const rows = all
    .slice(0, shownOfKind)
    .map((change) => [
      escapeMarkdown(flowOf(change)),
      escapeMarkdown(turnOf(change)),
      reasonsOf(change).map(escapeProse).join(" "),
    ]);
  const rest = all.length - rows.length;
  const table = markdownTable([["flow", "before and now", "why"], ...rows], { alignDelimiters: false, padding: true });
  return [
    `### ${escapeMarkdown(changeSign(kind, { unicode: true }))} ${kindTitles[kind]}`,
    table,
    ...(rest > 0 ? [`… and ${counted(rest, "more flow")}`] : []),
  ];
}
