import { markdownTable } from "markdown-table";
import { plainTexts } from "../../model/text/printable.ts";
import type { Result, Run } from "../../model/run/run.ts";
import { isNumbered, sectionName } from "../../model/section.ts";
import { verdictSchema, type Verdict } from "../../model/verdict.ts";
import { phraseAccepted } from "../view/accepted-silence.ts";
import { phraseCause } from "../view/cause-phrases.ts";
import { findCauses } from "../view/causes.ts";
import { cellText } from "../view/cell.ts";
import { phraseDecoys } from "../view/decoys-sent.ts";
import { detailsOf } from "../view/details.ts";
import { escapeMarkdown, escapeProse, link } from "../text/markdown-text.ts";
import { matricesOf } from "../view/matrix.ts";
import { countsOf } from "../view/section-counts.ts";
import type { SectionMatrix } from "../view/section-matrix.ts";
import { notCheckedOf } from "../view/not-checked.ts";
import { sign } from "../text/palette.ts";
import { commandAt, counted, duration, moment } from "../text/wording.ts";
import { inThousands } from "../../model/thousands.ts";

const causesShown = 10;
const nodesShown = 6;
const mark = (verdict: Verdict): string => sign(verdict, { unicode: true });

/** Markdown (GitHub and GitLab flavour) that fits a comment of a merge request: the problems first, matrices below. */
export function renderMarkdown(raw: Run): string {
  const run = plainTexts(raw);
  return `${[
    ...head(run),
    ...firstLook(run.results),
    ...matricesOf(run).flatMap((matrix) => section(matrix, run.catalog.url)),
    ...notChecked(run),
  ].join("\n\n")}\n`;
}

function head(run: Run): string[] {
  const { summary, topology, catalog, startedAt, durationMs, stage, interrupted, notes = [] } = run;
  const remarks = [phraseAccepted(run), phraseDecoys(run)].filter((text) => text !== "");
  const counts = verdictSchema.options.map((verdict) => `${mark(verdict)} ${inThousands(summary[verdict])} ${verdict}`);
  const what = [
    link(catalog.title, catalog.url),
    ...(topology === undefined ? [] : [escapeMarkdown(topology)]),
    ...(stage === "live" ? [] : ["before installation"]),
    moment(startedAt),
    `took ${duration(durationMs)}${interrupted === true ? ", interrupted" : ""}`,
  ];
  return [
    `## portmatrix: ${mark(summary.verdict)} ${summary.verdict}`,
    counts.join(", "),
    what.join(" · "),
    ...notes.map((note) => `> ${escapeProse(note)}`),
    ...remarks.map((text) => `${escapeProse(text)}.`),
  ];
}

function firstLook(results: readonly Result[]): string[] {
  const causes = findCauses(results);
  if (causes.length === 0) return [];
  const entries = causes.slice(0, causesShown).map((cause, at) => {
    const { headline, advice } = phraseCause(cause);
    const size = cause.results.length > 1 ? ` (${counted(cause.results.length, "flow")})` : "";
    return `${at + 1}. **${escapeProse(headline)}**${size}${advice === "" ? "" : ` ${escapeProse(advice)}`}`;
  });
  const rest = causes.length - entries.length;
  return [
    "### What to look at first",
    [...entries, ...(rest > 0 ? [`${entries.length + 1}. … and ${counted(rest, "further cause")}`] : [])].join("\n"),
  ];
}

function section({ id, title, anchor, columns, rows, results }: SectionMatrix, url: string): string[] {
  const heading = `### ${isNumbered(id) ? link(sectionName({ id, title }), `${url}#${anchor}`) : escapeMarkdown(title)}`;
  const header = [
    "from → to",
    ...columns.map(({ heading: [head, where] }) => (where === "" ? head : `${head} ${where}`)),
  ];
  const body = rows.map(({ label, cells }) => [
    label,
    ...cells.map((cell) => (cell === undefined ? "" : `${mark(cell.verdict)} ${cellText(cell)}`)),
  ]);
  const table = markdownTable(
    [header, ...body].map((row) => row.map(escapeMarkdown)),
    { alignDelimiters: false, padding: true },
  );
  const reasons = detailsOf(results).map(
    ({ verdict, text }) => `- ${escapeMarkdown(mark(verdict))} ${escapeProse(text)}`,
  );
  const counts = countsOf(results).map(({ verdict, count }) => `${mark(verdict)} ${inThousands(count)} ${verdict}`);
  return [
    heading,
    `${counted(results.length, "flow")}: ${counts.join(", ")}`,
    table,
    ...(reasons.length === 0 ? [] : [reasons.join("\n")]),
  ];
}

function notChecked(run: Run): string[] {
  const { nodes, interrupted } = notCheckedOf(run);
  const shown = nodes.slice(0, nodesShown);
  const rest = nodes.length - shown.length;
  const lines = [
    ...shown.map(
      ({ node, flows, command }) =>
        `- ${escapeMarkdown(node)}, ${counted(flows, "flow")}: ${escapeProse(`\`${command}\``)}`,
    ),
    ...(rest > 0
      ? [`- … and ${counted(rest, "more node")}: ${escapeProse(`\`${commandAt("NODE", run.topology)}\``)}`]
      : []),
    ...(interrupted > 0 ? [`- ${counted(interrupted, "flow")} left out because the run was interrupted`] : []),
  ];
  return lines.length === 0 ? [] : ["### Not checked here", lines.join("\n")];
}
