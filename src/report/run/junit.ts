import { plainTexts } from "../../model/text/printable.ts";
import type { Result, Run } from "../../model/run/run.ts";
import { sectionName } from "../../model/section.ts";
import { addCase, newReport, type Suite, timestampOf, withoutEnd } from "../text/junit-xml.ts";

/**
 * JUnit XML: one suite for each section of the document, one case for each flow, named stably. `fail` is a failure;
 * `error` and `unknown` are errors, because both mean that the check came to no decision and the exit code is not 0;
 * `warn` passes and says why in its output; `skipped` is skipped.
 */
export function renderJunit(raw: Run): string {
  const run = plainTexts(raw);
  const report = newReport(`portmatrix ${run.catalog.product} ${run.catalog.version}`);
  for (const { id, title } of run.sections) {
    const results = run.results.filter(({ section }) => section === id);
    if (results.length === 0) continue;
    const suite = report
      .testSuite()
      .name(sectionName({ id, title: title.en }))
      .timestamp(timestampOf(run.startedAt));
    for (const note of run.notes ?? []) suite.property("note", note);
    for (const result of results) writeCase(suite, result, run.catalog.product);
  }
  return `${report.build()}\n`;
}

function writeCase(suite: Suite, result: Result, product: string): void {
  const { verdict, reason, message } = result;
  const test = addCase(suite, product, result);
  if (result.rttMs !== undefined) test.time(Math.round(result.rttMs * 1000) / 1_000_000);
  if (verdict === "fail") test.failure(message, reason).stacktrace(explain(result));
  else if (verdict === "error" || verdict === "unknown") test.error(message, reason, explain(result));
  else {
    if (verdict === "skipped") test.skipped();
    test.standardOutput(explain(result));
  }
}

function explain({ verdict, reason, proof, service, message, advice, evidence }: Result): string {
  const lines = [
    `${service}: ${verdict}, ${reason} (${proof})`,
    message,
    ...(advice === undefined ? [] : [advice]),
    ...(Object.keys(evidence).length === 0 ? [] : [`evidence: ${JSON.stringify(evidence)}`]),
  ];
  return withoutEnd(lines.join("\n"));
}
