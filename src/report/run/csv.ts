import { stringify } from "csv-stringify/sync";
import { plainTexts } from "../../model/text/printable.ts";
import type { Run } from "../../model/run/run.ts";

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
  "notes",
] as const;

/**
 * CSV (RFC 4180) with a header, one line for each flow; what is unknown is empty. A value that a spreadsheet would
 * take for a formula gets an apostrophe in front. The evidence is in the run record only. The notes of the run are in
 * every row, in a column that is there without notes as well: a row of another kind would be a flow to whoever imports it.
 */
export function renderCsv(raw: Run): string {
  const run = plainTexts(raw);
  const notes = (run.notes ?? []).join(" ");
  const rows = notes === "" ? run.results : run.results.map((result) => ({ ...result, notes }));
  return stringify(rows, {
    header: true,
    columns: [...columns],
    escape_formulas: true,
    record_delimiter: "windows",
  });
}
