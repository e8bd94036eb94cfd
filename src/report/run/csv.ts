import { stringify } from "csv-stringify/sync";
import { plainTexts } from "../../model/printable.ts";
import type { Run } from "../../model/run.ts";

const columns = [
  "id",
  "section",
  "requirement",
  "service",
  "from",
  "to",
  "address",
  "protocol",
  "port",
  "expect",
  "vantage",
  "outcome",
  "rttMs",
  "attempts",
  "verdict",
  "reason",
  "proof",
  "message",
  "advice",
] as const;

/**
 * CSV (RFC 4180) with a header, one line for each flow; what is unknown is empty. A value that a spreadsheet would
 * take for a formula gets an apostrophe in front. The evidence is in the run record only.
 */
export function renderCsv(run: Run): string {
  return stringify(plainTexts(run).results, {
    header: true,
    columns: [...columns],
    escape_formulas: true,
    record_delimiter: "windows",
  });
}
