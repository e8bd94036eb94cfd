import { plainTexts } from "../../model/text/printable.ts";
import type { Run } from "../../model/run/run.ts";
import { sectionName } from "../../model/section.ts";
import { type Verdict, verdictSchema } from "../../model/verdict.ts";
import { phraseAccepted } from "../view/accepted-silence.ts";
import { detailsOf } from "../view/details.ts";
import { columnsOf, hanging, wrap } from "../text/layout.ts";
import { matricesOf } from "../view/matrix.ts";
import { countsOf } from "../view/section-counts.ts";
import type { SectionMatrix } from "../view/section-matrix.ts";
import type { RenderOptions } from "../text/options.ts";
import { type Dress, paint, plainSigns, sign } from "../text/palette.ts";
import { phraseDecoys } from "../view/decoys-sent.ts";
import { drawMatrix } from "../view/section-table.ts";
import { drawFirstLook, drawNotChecked } from "./table-follow-up.ts";
import { counted, duration, inOrder, listed, moment } from "../text/wording.ts";
import { inThousands } from "../../model/thousands.ts";

/**
 * The report for a person at a terminal: for each section of the document a matrix and the reason of every cell that
 * is not green, then what to look at first, what was not checked, and the summary. No line is wider than `width`.
 */
export function renderTable(raw: Run, { width, colour, unicode = true }: RenderOptions): string {
  const run = plainTexts(raw);
  const dress: Dress = { colour, unicode };
  const matrices = matricesOf(run);
  const blocks = [
    drawHeader(run, width, dress),
    ...matrices.map((matrix) => drawSection(matrix, width, dress)),
    drawLegend(run, width, dress),
    drawFirstLook(run.results, width, dress),
    drawNotChecked(run, width, dress),
    drawSummary(run, width, dress),
  ];
  const lines = blocks.filter((block) => block.length > 0).map((block) => block.join("\n"));
  return `${lines.join("\n\n")}\n`;
}

function drawHeader(
  { topology, catalog, stage, startedAt, results, notes = [] }: Run,
  width: number,
  dress: Dress,
): string[] {
  const joined = (...parts: string[]) => wrap(parts.join(dress.unicode ? " · " : " | "), width);
  const senders = inOrder(results.flatMap(({ vantage }) => (vantage === undefined ? [] : [vantage])));
  const sentFrom = senders.length === 0 ? "nothing was sent" : `sent from ${listed(senders, 6)}`;
  const when = moment(startedAt);
  const what =
    stage === "live" ? "" : "Before installation: a port counts as reachable as soon as anything answers for it.";
  return [
    ...joined("portmatrix check", ...(topology === undefined ? [] : [topology])).map((line) =>
      paint("bold", line, dress),
    ),
    ...joined(catalog.title, catalog.url),
    ...joined(when, `${counted(results.length, "flow")} required`, sentFrom),
    ...(what === "" ? [] : wrap(what, width)),
    ...notes.flatMap((note) => wrap(note, width).map((line) => paint("warn", line, dress))),
  ];
}

/** Heading, matrix and reasons of one section. */
function drawSection(matrix: SectionMatrix, width: number, dress: Dress): string[] {
  const { id, title, results } = matrix;
  const name = sectionName({ id, title }, "  ");
  const reasons = detailsOf(results).flatMap(({ verdict, text }) =>
    hanging(`${sign(verdict, dress)} `, plainSigns(text, dress), {
      indent: 2,
      width,
      paint: (mark) => paint(verdict, mark, dress),
    }),
  );
  return [...drawHeading(name, results, width, dress), ...drawMatrix(matrix, width, dress), ...reasons];
}

/** The heading in bold, with the counts of its flows behind it, or below where the line is too short for both. */
function drawHeading(name: string, results: readonly { verdict: Verdict }[], width: number, dress: Dress): string[] {
  const counts = countsOf(results).map(({ verdict, count }) => ({
    verdict,
    text: `${sign(verdict, dress)} ${inThousands(count)} ${verdict}`,
  }));
  const unit = `${counted(results.length, "flow")}: `;
  const plain = `${unit}${counts.map(({ text }) => text).join("  ")}`;
  const tally = `${unit}${counts.map(({ verdict, text }) => paint(verdict, text, dress)).join("  ")}`;
  const head = wrap(name, width).map((line) => paint("bold", line, dress));
  if (columnsOf(name) + 3 + columnsOf(plain) <= width) return [`${head.join("")}   ${tally}`];
  return [...head, ...(columnsOf(plain) <= width ? [tally] : wrap(plain, width))];
}

const meanings: Record<Verdict, string> = {
  pass: "as required",
  warn: "passes, with a note",
  fail: "not as required",
  unknown: "inconclusive",
  error: "could not be tried, on our side",
  skipped: "not sent from here",
};

function drawLegend({ results }: Run, width: number, dress: Dress): string[] {
  const seen = verdictSchema.options.filter((verdict) => results.some((result) => result.verdict === verdict));
  const items = [
    ...seen.map((verdict) => `${sign(verdict, dress)} ${meanings[verdict]}`),
    plainSigns("· not required", dress),
  ];
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(`${last}   ${item}`) <= width) lines[lines.length - 1] = `${last}   ${item}`;
    else lines.push(item);
  }
  return lines.map((line) => paint("dim", line, dress));
}

/** `FAIL  10 pass, 1 warn, 2 fail, 1 unknown, 0 error, 4 skipped in 3.4 s`. */
function drawSummary(run: Run, width: number, dress: Dress): string[] {
  const { summary, durationMs, interrupted } = run;
  const counts = verdictSchema.options.map((verdict) => `${inThousands(summary[verdict])} ${verdict}`);
  const text = `${counts.join(", ")} in ${duration(durationMs)}`;
  const mark = `${interrupted === true ? "INTERRUPTED" : summary.verdict.toUpperCase()}  `;
  const remarks = [phraseAccepted(run), phraseDecoys(run)].filter((text) => text !== "");
  return [
    ...hanging(mark, text, { indent: 0, width, paint: (word) => paint(summary.verdict, word, dress) }),
    ...remarks.flatMap((text) => wrap(`${text}.`, width)),
  ];
}
