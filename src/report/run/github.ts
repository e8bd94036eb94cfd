import { plainTexts } from "../../model/text/printable.ts";
import type { Run } from "../../model/run/run.ts";
import { worstFirst, worstOf } from "../../model/severity.ts";
import { annotatedFile } from "./annotated-file.ts";
import { phraseAccepted } from "../view/accepted-silence.ts";
import { phraseCause } from "../view/cause-phrases.ts";
import { findCauses } from "../view/causes.ts";
import { detailsOf } from "../view/details.ts";
import { notCheckedOf } from "../view/not-checked.ts";
import { isNoteworthy } from "../view/noteworthy.ts";
import { counted, listed } from "../text/wording.ts";

type Level = "error" | "warning" | "notice";
interface Annotation {
  level: Level;
  title: string;
  text: string;
}

/** GitHub shows so many annotations of each level for one step and drops the rest. */
const shownPerLevel = 10;

/**
 * Workflow commands of GitHub Actions, one annotation for each cause and not for each flow, worst first
 * (docs.github.com, "Workflow commands"). `fail` and `error` are errors, `unknown` and caveats are warnings; what was
 * not checked and the counts are notices. They stand at the topology file, because that is where the flows come from.
 */
export const renderGithub = (run: Run): string => githubOf(run, run);

/** The same for a part of a run; `whole` is all that is known. */
export function githubOf(raw: Run, whole: Run): string {
  const run = plainTexts(raw);
  const { results } = run;
  const own = new Map(results.map((result) => [result.id, result]));
  const known = raw === whole ? results : plainTexts(whole.results).map((result) => own.get(result.id) ?? result);
  const causes = findCauses(known, results).map((cause): Annotation => {
    const { headline, advice } = phraseCause(cause);
    const verdict = worstOf(cause.results);
    const size = cause.results.length === 1 ? (cause.results[0]?.id ?? "") : counted(cause.results.length, "flow");
    return {
      level: verdict === "unknown" ? "warning" : "error",
      title: `${verdict}: ${size}`,
      text: `${headline} ${advice}`.trim(),
    };
  });
  const caveats = detailsOf(results.filter((result) => result.verdict === "warn" && isNoteworthy(result)));
  const annotations = [
    ...(run.notes ?? []).map((text): Annotation => ({ level: "warning", title: "read this first", text })),
    ...causes,
    ...caveats.map(({ text }): Annotation => ({ level: "warning", title: "works, with a caveat", text })),
    ...notCheckedNotice(run),
    ...acceptedNotice(run),
    summaryNotice(run),
  ];
  const file = annotatedFile(run);
  const levels: readonly Level[] = ["error", "warning", "notice"];
  const lines = levels.flatMap((level) =>
    limited(
      annotations.filter((one) => one.level === level),
      level,
    ),
  );
  return lines.map((one) => `${command(one, file)}\n`).join("");
}

/** As many as GitHub shows; if there are more, the last place counts the rest. */
function limited(annotations: readonly Annotation[], level: Level): Annotation[] {
  if (annotations.length <= shownPerLevel) return [...annotations];
  const shown = annotations.slice(0, shownPerLevel - 1);
  const more = annotations.length - shown.length;
  return [...shown, { level, title: `and ${more} more`, text: "GitHub shows no more than ten; the other reports do." }];
}

function notCheckedNotice(run: Run): Annotation[] {
  const { nodes } = notCheckedOf(run);
  if (nodes.length === 0) return [];
  const flows = nodes.reduce((sum, one) => sum + one.flows, 0);
  const names = listed(nodes.map(({ node }) => node));
  return [
    {
      level: "notice",
      title: `not checked: ${counted(flows, "flow")}`,
      text: `They start at nodes that this run could not send from: ${names}.`,
    },
  ];
}

function acceptedNotice(run: Run): Annotation[] {
  const text = phraseAccepted(run);
  return text === "" ? [] : [{ level: "notice", title: "not verified", text: `${text}.` }];
}

function summaryNotice({ summary, interrupted }: Run): Annotation {
  const counts = worstFirst.map((verdict) => `${summary[verdict]} ${verdict}`).join(", ");
  const text = interrupted === true ? `${counts}; the run was interrupted` : counts;
  return { level: "notice", title: `portmatrix: ${summary.verdict}`, text };
}

function command({ level, title, text }: Annotation, file: string | undefined): string {
  const place = file === undefined ? "" : `file=${escapeProperty(file)},`;
  return `::${level} ${place}title=${escapeProperty(title)}::${escapeValue(text)}`;
}

/** The runner decodes these and no others (actions/runner, ActionCommand). */
const escapeValue = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapeProperty = (text: string): string => escapeValue(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
