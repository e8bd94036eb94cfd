import { verdictSchema } from "../../model/verdict.ts";
import type { ServiceView } from "./service-state.ts";

/** Starts the output of local checks in what an agent sends; fields are separated by blanks (character 0 = none). */
export const localSection = "<<<local:sep(0)>>>";

/**
 * One line of a Checkmk local check: `STATE "NAME" METRICS TEXT` (docs/notes/reporting.md).
 * Neither kind of quote may be in a name, and the two characters `\n` start a new line of the text.
 */
export function localCheckLine(name: string, { state, tally, headline, details, counts }: ServiceView): string {
  const metrics = verdictSchema.options.map((verdict) => `ports_${verdict}=${counts[verdict]}`).join("|");
  const summary = headline === undefined ? tally : `${tally}: ${headline}`;
  const text = [summary, ...details].map((line) => line.replaceAll(String.raw`\n`, String.raw`\ n`));
  return `${state} "${name.replaceAll(/["']/g, "")}" ${metrics} ${text.join(String.raw`\n`)}`;
}
