import { stringify } from "csv-stringify/sync";
import type { Comparison } from "../../model/run/comparison.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { shownAfter } from "./shown.ts";

/** Every change as a line of CSV (RFC 4180) with a header; what a spreadsheet takes for a formula gets an apostrophe. */
export function renderDiffCsv(raw: Comparison): string {
  const { changes, after: run } = plainTexts(raw);
  const lines = changes.map((change) => {
    const { id, kind, before, after } = change;
    const told = shownAfter(change, run.topology);
    const { section, requirement, from, to, protocol, port, expect } = after ?? before;
    return {
      change: kind,
      section,
      requirement,
      from,
      to,
      protocol,
      port,
      expect,
      old_verdict: before?.verdict,
      old_reason: before?.reason,
      new_verdict: after?.verdict,
      new_reason: after?.reason,
      message: told?.message,
      advice: told?.advice,
      id,
    };
  });
  const place = ["change", "section", "requirement", "from", "to", "protocol", "port", "expect"];
  const columns = [...place, "old_verdict", "old_reason", "new_verdict", "new_reason", "message", "advice", "id"];
  return stringify(lines, { header: true, columns, escape_formulas: true, record_delimiter: "windows" });
}
