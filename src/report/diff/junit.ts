import type { Change, Comparison } from "../../model/run/comparison.ts";
import { plainTexts } from "../../model/text/printable.ts";
import type { Result } from "../../model/run/run.ts";
import { sectionName } from "../../model/section.ts";
import { addCase, newReport, type Suite, timestampOf, withoutEnd } from "../text/junit-xml.ts";
import { phraseCaveat, reasonsOf, turnOf } from "./phrase.ts";

/**
 * JUnit XML of a comparison: one suite for each section, one case for each flow of either run. Only `broken` is a
 * failure and only `lost` an error; a flow that fails as it did before is a case that passes and says so, one that is
 * required no more is skipped.
 */
export function renderDiffJunit(raw: Comparison): string {
  const { before, after, caveats, changes } = plainTexts(raw);
  const report = newReport(`portmatrix diff ${after.catalog.product} ${after.catalog.version}`);
  const changed = new Map(changes.map((change) => [`${change.kind === "gone" ? "gone " : ""}${change.id}`, change]));
  const gone = changes.flatMap(({ kind, before: old }) => (kind === "gone" && old !== undefined ? [old] : []));
  const sections = new Map([...before.sections, ...after.sections].map((section) => [section.id, section.title.en]));
  for (const [id, title] of sections) {
    const now = after.results.filter(({ section }) => section === id);
    const old = gone.filter(({ section }) => section === id);
    if (now.length + old.length === 0) continue;
    const suite = report.testSuite().name(sectionName({ id, title })).timestamp(timestampOf(after.startedAt));
    for (const caveat of caveats) suite.property(`caveat.${caveat.code}`, phraseCaveat(caveat));
    const { topology } = after;
    for (const result of now) writeCase(suite, result, { change: changed.get(result.id), topology });
    for (const result of old) writeCase(suite, result, { change: changed.get(`gone ${result.id}`), topology });
  }
  return `${report.build()}\n`;
}

interface Story {
  change: Change | undefined;
  topology: string | undefined;
}

function writeCase(suite: Suite, result: Result, { change, topology }: Story): void {
  const { reason } = change?.closed ?? result;
  const test = addCase(suite, "diff", result);
  if (change === undefined) {
    test.standardOutput(withoutEnd(`as before: ${result.verdict}, ${reason}`));
    return;
  }
  const text = [`${change.kind}: ${turnOf(change)}`, ...reasonsOf(change, topology)].join("\n");
  if (change.kind === "broken") test.failure(turnOf(change), reason).stacktrace(withoutEnd(text));
  else if (change.kind === "lost") test.error(turnOf(change), reason, withoutEnd(text));
  else {
    if (change.kind === "gone") test.skipped();
    test.standardOutput(withoutEnd(text));
  }
}
