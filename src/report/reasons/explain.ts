import { type Reason, reasonSchema, verdictOf } from "../../model/reason.ts";
import { worstFirst } from "../../model/severity.ts";
import type { Verdict } from "../../model/verdict.ts";
import { reasonWords } from "./entries.ts";
import { columnsOf, hanging, wrap } from "../text/layout.ts";
import { verdictMeanings } from "./meanings.ts";
import type { RenderOptions } from "../text/options.ts";
import { plainSigns, sign } from "../text/palette.ts";

/** The reasons that lead to a verdict, in the order of their words. */
export function reasonsOf(verdict: Verdict): Reason[] {
  return (Object.keys(reasonWords) as Reason[]).filter((reason) => verdictOf(reason) === verdict);
}

/** How the texts below look: width in columns, and Unicode or ASCII signs. */
export type ExplainLook = Required<Pick<RenderOptions, "width" | "unicode">>;

/** One reason in full, as text of at most `width` columns. */
export function explainReason(reason: Reason, look: ExplainLook): string {
  const { cell, explanation } = reasonWords[reason];
  const { means, proves, doesNotProve, likelyCauses, lookFirst } = explanation;
  const verdict = verdictOf(reason);
  const causes = likelyCauses.flatMap((cause, at) => hanging(`${at + 1}. `, cause, { indent: 2, width: look.width }));
  const blocks = [
    [
      `${sign(verdict, look)} ${reason}`,
      ...indented(`${verdict}: ${verdictMeanings[verdict]}. The matrix shows "${cell}".`, look),
    ],
    block("Means", means, look),
    block("Proves", proves, look),
    block("Does not prove", doesNotProve, look),
    ...(causes.length === 0 ? [] : [["Likely causes, the likeliest first", ...causes]]),
    block("Look first", lookFirst, look),
  ];
  return shown(blocks, look);
}

/** All reasons with one line each, grouped by verdict, the worst first. */
export function listReasons(look: ExplainLook): string {
  const longest = Math.max(...reasonSchema.options.map(columnsOf));
  const blocks = worstFirst.map((verdict) => {
    const head = `${sign(verdict, look)} ${verdict}: ${verdictMeanings[verdict]}`;
    const rows = reasonsOf(verdict).flatMap((reason) =>
      hanging(reason.padEnd(longest + 2), reasonWords[reason].explanation.short, { indent: 2, width: look.width }),
    );
    return [...wrap(head, look.width), ...rows];
  });
  return shown(blocks, look);
}

const indented = (text: string, { width }: ExplainLook): string[] => hanging("", text, { indent: 2, width });
const block = (title: string, text: string, look: ExplainLook): string[] => [title, ...indented(text, look)];

const shown = (blocks: readonly (readonly string[])[], look: ExplainLook): string =>
  plainSigns(`${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`, look);
