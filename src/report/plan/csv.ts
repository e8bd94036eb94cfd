import { stringify } from "csv-stringify/sync";
import type { Plan } from "../../model/flow.ts";
import { planColumns, planSections } from "./view.ts";

/**
 * The communication matrix as CSV (RFC 4180) with a header, one line for each flow. A value that a spreadsheet would
 * take for a formula gets an apostrophe in front.
 */
export function renderPlanCsv(plan: Plan): string {
  const lines = planSections(plan).flatMap((section) => section.lines);
  return stringify([...lines], {
    header: true,
    columns: [...planColumns],
    escape_formulas: true,
    record_delimiter: "windows",
  });
}
