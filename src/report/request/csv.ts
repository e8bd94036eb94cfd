import { stringify } from "csv-stringify/sync";
import type { AccessRequest } from "../../model/firewall/access-rule.ts";
import { requestRows } from "./rows.ts";

const columns = [
  "rule",
  "family",
  "source",
  "source addresses",
  "destination",
  "destination addresses",
  "protocol",
  "port",
  "service",
  "purpose",
  "chapter",
  "link",
  "requirement",
  "optional feature",
  "group of alternatives",
  "alternatives",
  "evidence",
];

/**
 * A request as CSV (RFC 4180) with a header, one line for each rule; lists are separated by blanks or semicolons within a
 * field. A value that a spreadsheet would take for a formula gets an apostrophe in front.
 */
export function renderRequestCsv(request: AccessRequest): string {
  const lines = requestRows(request).map((row) => [
    row.number,
    row.family,
    row.sourceNames.join(" "),
    row.sourceAddresses.join(" "),
    row.destinationNames.join(" "),
    row.destinationAddresses.join(" "),
    row.protocol,
    row.port,
    row.services.join("; "),
    row.purposes.join(" "),
    row.chapters.map(({ name }) => name).join("; "),
    row.chapters.flatMap(({ url }) => (url === "" ? [] : [url])).join(" "),
    row.requirements.join(" "),
    row.features.join(" "),
    row.group,
    row.choice,
    row.evidence.join("; "),
  ]);
  return stringify([columns, ...lines], { escape_formulas: true, record_delimiter: "windows" });
}
