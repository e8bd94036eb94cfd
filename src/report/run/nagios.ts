import { plainTexts } from "../../model/text/printable.ts";
import type { Run } from "../../model/run/run.ts";
import { verdictSchema } from "../../model/verdict.ts";
import { phraseCause } from "../view/cause-phrases.ts";
import { findCauses } from "../view/causes.ts";
import { viewService } from "./service-state.ts";

const words = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;

/**
 * One line as a Nagios plugin prints it, with performance data (nagios-plugins.org/doc/guidelines.html). The exit code
 * stays that of docs/ci.md, so a plugin is a small wrapper that goes by the second word; docs/formats.md has it.
 */
export function renderNagios(raw: Run): string {
  const run = plainTexts(raw);
  const { state, tally, headline, counts } = viewService(run.results, run);
  const [cause] = findCauses(run.results);
  const why = cause === undefined ? headline : phraseCause(cause).headline;
  const text = [why === undefined ? tally : `${tally}: ${why}`, ...(run.notes ?? [])].join("; ");
  const total = run.results.length;
  const perf = [
    ...verdictSchema.options.map((verdict) => `${verdict}=${counts[verdict]};;;0;${total}`),
    `duration=${(run.durationMs / 1000).toFixed(3)}s;;;0`,
  ];
  // A bar would start the performance data; the text is for one line.
  return `PORTMATRIX ${words[state]} - ${text.replaceAll("|", "/")} | ${perf.join(" ")}\n`;
}
