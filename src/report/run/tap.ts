import { plainTexts } from "../../model/text/printable.ts";
import type { Result, Run } from "../../model/run/run.ts";
import { type SectionResults, sectionsOf } from "../view/sections-of.ts";

/**
 * TAP version 14 (testanything.org/tap-version-14-specification.html): a subtest for each section, a test point for
 * each flow. `pass` and `warn` are ok. `fail` is not ok, and so are `unknown` and `error`, because the check came to no
 * decision and the exit code is not 0; TODO would hide that. `skipped` has the directive SKIP. An interrupted run
 * bails out.
 */
export function renderTap(raw: Run): string {
  const run = plainTexts(raw);
  const sections = sectionsOf(run);
  const lines = [
    "TAP version 14",
    sections.length === 0 ? "1..0 # SKIP no flow is required" : `1..${sections.length}`,
    ...(run.notes ?? []).map((note) => `# ${escape(note)}`),
    ...sections.flatMap(subtest),
    ...(run.interrupted === true ? ["Bail out! The run was interrupted."] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function subtest({ name, results }: SectionResults, at: number): string[] {
  const title = escape(name);
  const failed = results.filter((result) => !isOk(result)).length;
  const skip = results.every(({ verdict }) => verdict === "skipped") ? " # SKIP nothing was checked" : "";
  const points = [`1..${results.length}`, ...results.flatMap(testPoint)];
  return [
    `# Subtest: ${title}`,
    ...points.map((text) => `    ${text}`),
    `${failed === 0 ? "ok" : "not ok"} ${at + 1} - ${title}${skip}`,
  ];
}

const isOk = ({ verdict }: Result): boolean => verdict === "pass" || verdict === "warn" || verdict === "skipped";

function testPoint(result: Result, at: number): string[] {
  const { id, verdict, message } = result;
  const point = `${isOk(result) ? "ok" : "not ok"} ${at + 1} - ${escape(id)}`;
  if (verdict === "skipped") return [`${point} # SKIP ${escape(message)}`];
  return verdict === "pass" ? [point] : [point, ...diagnostics(result)];
}

/** A YAML block; values are written as JSON, which YAML 1.2 contains, so no text can leave its line. */
function diagnostics({ service, verdict, reason, proof, message, advice, outcome, rttMs, evidence }: Result): string[] {
  const fields = Object.entries({ message, advice, service, verdict, reason, proof, outcome, rttMs, evidence });
  const known = fields.filter(([, value]) => value !== undefined);
  return ["  ---", ...known.map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`), "  ..."];
}

/** In descriptions and directives a hash sign would start a directive. */
const escape = (text: string): string => text.replaceAll(/[\\#]/g, String.raw`\$&`);
