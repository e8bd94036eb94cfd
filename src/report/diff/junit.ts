import exported, { type Builder } from "junit-report-builder";
import type { Change, Comparison } from "../../model/comparison.ts";
import { plainTexts } from "../../model/printable.ts";
import type { Result } from "../../model/run.ts";
import { phraseCaveat, reasonsOf, turnOf } from "./phrase.ts";

/** The package's types describe its module as having a `default`; what Node imports is the builder itself. */
const builder = exported as unknown as Builder;

/**
 * JUnit XML of a comparison: one suite for each section, one case for each flow of either run. Only `broken` is a
 * failure and only `lost` an error; a flow that fails as it did before is a case that passes and says so, one that is
 * required no more is skipped.
 */
export function renderDiffJunit(raw: Comparison): string {
  const { before, after, caveats, changes } = plainTexts(raw);
  const report = builder.newBuilder().name(`portmatrix diff ${after.catalog.product} ${after.catalog.version}`);
  const changed = new Map(changes.map((change) => [`${change.kind === "gone" ? "gone " : ""}${change.id}`, change]));
  const gone = changes.flatMap(({ kind, before: old }) => (kind === "gone" && old !== undefined ? [old] : []));
  const sections = new Map([...before.sections, ...after.sections].map((section) => [section.id, section.title.en]));
  for (const [id, title] of sections) {
    const now = after.results.filter(({ section }) => section === id);
    const old = gone.filter(({ section }) => section === id);
    if (now.length + old.length === 0) continue;
    const suite = report
      .testSuite()
      .name(/^\d/.test(id) ? `${id} ${title}` : title)
      .timestamp(after.startedAt.replace(/(\.\d+)?Z$/, ""));
    for (const caveat of caveats) suite.property(`caveat.${caveat.code}`, phraseCaveat(caveat));
    for (const result of now) addCase(suite.testCase(), result, changed.get(result.id));
    for (const result of old) addCase(suite.testCase(), result, changed.get(`gone ${result.id}`));
  }
  return `${report.build()}\n`;
}

function addCase(
  test: ReturnType<ReturnType<Builder["testSuite"]>["testCase"]>,
  result: Result,
  change?: Change,
): void {
  const { section, requirement, id, reason } = result;
  const prefix = `${section}/${requirement}/`;
  // A dot would open a package in the tree that CI servers make of class names.
  test.className(`diff.${section.replaceAll(".", "_")}.${requirement.replaceAll(".", "_")}`);
  test.name(id.startsWith(prefix) ? id.slice(prefix.length) : id);
  if (change === undefined) {
    test.standardOutput(safe(`as before: ${result.verdict}, ${reason}`));
    return;
  }
  const text = [`${change.kind}: ${turnOf(change)}`, ...reasonsOf(change)].join("\n");
  if (change.kind === "broken") test.failure(turnOf(change), reason).stacktrace(safe(text));
  else if (change.kind === "lost") test.error(turnOf(change), reason, safe(text));
  else {
    if (change.kind === "gone") test.skipped();
    test.standardOutput(safe(text));
  }
}

/** `]]>` would end the CDATA section that the builder writes. */
const safe = (text: string): string => text.replaceAll("]]>", "]] >");
