import { plainTexts } from "../../model/text/printable.ts";
import type { Run } from "../../model/run/run.ts";
import type { Verdict } from "../../model/verdict.ts";
import { annotatedFile, usualFile } from "./annotated-file.ts";
import { isNoteworthy } from "../view/noteworthy.ts";

const severities: Partial<Record<Verdict, string>> = { fail: "critical", error: "major", unknown: "minor" };

/**
 * A Code Quality report of GitLab (docs.gitlab.com/ci/testing/code_quality): one entry for each flow that somebody
 * should look at, and before them one for each note on the whole run. The fingerprint is the flow's id, so a merge request shows what it broke and what it mended.
 * Every entry stands at line 1 of the topology, because the run does not know where a flow was written.
 */
export function renderGitlab(raw: Run): string {
  const run = plainTexts(raw);
  const location = { path: annotatedFile(run) ?? usualFile, lines: { begin: 1 } };
  const entries = run.results.filter(isNoteworthy).map(({ id, requirement, verdict, message, advice }) => ({
    description: [message, advice].filter((part) => part !== undefined).join(" "),
    check_name: requirement,
    fingerprint: id,
    severity: severities[verdict] ?? "info",
    location,
  }));
  const notes = (run.notes ?? []).map((note) => ({
    description: note,
    check_name: "note-on-the-run",
    fingerprint: `note-on-the-run/${note}`,
    severity: "major",
    location,
  }));
  return `${JSON.stringify([...notes, ...entries], null, 2)}\n`;
}
