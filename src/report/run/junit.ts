import exported, { type Builder } from "junit-report-builder";
import { plainTexts } from "../../model/printable.ts";
import type { Result, Run } from "../../model/run.ts";

type Suite = ReturnType<Builder["testSuite"]>;

/** The package's types describe its module as having a `default`; what Node imports is the builder itself. */
const builder = exported as unknown as Builder;

/**
 * JUnit XML: one suite for each section of the document, one case for each flow, named stably. `fail` is a failure;
 * `error` and `unknown` are errors, because both mean that the check came to no decision and the exit code is not 0;
 * `warn` passes and says why in its output; `skipped` is skipped.
 */
export function renderJunit(raw: Run): string {
  const run = plainTexts(raw);
  const report = builder.newBuilder().name(`portmatrix ${run.catalog.product} ${run.catalog.version}`);
  for (const { id, title } of run.sections) {
    const results = run.results.filter(({ section }) => section === id);
    if (results.length === 0) continue;
    const suite = report
      .testSuite()
      .name(/^\d/.test(id) ? `${id} ${title.en}` : title.en)
      .timestamp(run.startedAt.replace(/(\.\d+)?Z$/, ""));
    for (const note of run.notes ?? []) suite.property("note", note);
    for (const result of results) addCase(suite, result, run.catalog.product);
  }
  return `${report.build()}\n`;
}

function addCase(suite: Suite, result: Result, product: string): void {
  const { verdict, reason, message } = result;
  // A dot would open a package in the tree that CI servers make of class names.
  const group = `${product}.${result.section.replaceAll(".", "_")}.${result.requirement.replaceAll(".", "_")}`;
  const test = suite.testCase().className(group).name(nameOf(result));
  if (result.rttMs !== undefined) test.time(Math.round(result.rttMs * 1000) / 1_000_000);
  if (verdict === "fail") test.failure(message, reason).stacktrace(explain(result));
  else if (verdict === "error" || verdict === "unknown") test.error(message, reason, explain(result));
  else {
    if (verdict === "skipped") test.skipped();
    test.standardOutput(explain(result));
  }
}

/** The flow id without section and requirement, which the class name has: `web01->cmk/tcp/8000`. */
function nameOf({ id, section, requirement }: Result): string {
  const prefix = `${section}/${requirement}/`;
  return id.startsWith(prefix) ? id.slice(prefix.length) : id;
}

/** The text inside a case. `]]>` would end the CDATA section; the builder mends only the first one, so none is left. */
function explain({ verdict, reason, proof, service, message, advice, evidence }: Result): string {
  return [
    `${service}: ${verdict}, ${reason} (${proof})`,
    message,
    ...(advice === undefined ? [] : [advice]),
    ...(Object.keys(evidence).length === 0 ? [] : [`evidence: ${JSON.stringify(evidence)}`]),
  ]
    .join("\n")
    .replaceAll("]]>", "]] >");
}
