import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Result, Run } from "../../src/model/run/run.ts";

/** What the script for sh finds where it runs; the first column of the table is a live run from there. */
export const columns = [
  "Python",
  "perl",
  "bash and openssl",
  "bash",
  "nc (OpenBSD)",
  "nc (traditional)",
  "Ncat",
  "BusyBox",
  "dash alone",
] as const;
export type Column = (typeof columns)[number];

/** What each row is about: the results of a run that belong to it, one for each family of addresses. */
export interface Row {
  title: string;
  to: string;
  protocol: Result["protocol"];
  port?: number;
}

/** What one column says of one row: `true` to the letter what the live run says, its own reason, or nothing. */
export function cellOf(row: Row, run: Run, live: Run): string {
  const words = resultsOf(row, live).map((meant) => {
    const found = run.results.find(({ id }) => id === meant.id);
    if (found === undefined) throw new Error(`nothing of ${meant.id}`);
    if (found.outcome === "unsent") return "–";
    return `${found.verdict} ${found.reason}` === `${meant.verdict} ${meant.reason}` ? "yes" : `\`${found.reason}\``;
  });
  const [one = "?", other = one] = words;
  return one === other ? one : `${one} (IPv4), ${other} (IPv6)`;
}

/** The results of a run in a row: IPv4 before IPv6. */
function resultsOf({ title, to, protocol, port }: Row, { results }: Run): Result[] {
  const found = results.filter((one) => one.to === to && one.protocol === protocol && one.port === port);
  if (found.length === 0) throw new Error(`nothing of the row "${title}"`);
  return found.toSorted((one, other) => Number(one.address.includes(":")) - Number(other.address.includes(":")));
}

const file = fileURLToPath(new URL("../../docs/scripts.md", import.meta.url));
const marked = /(<!-- shells: [^>]* -->\n\n)[\s\S]*?(\n\n<!-- end -->)/;

/** Holds docs/scripts.md to what was seen; `UPDATE_GOLDEN=1` writes it. */
export function expectTable(rows: readonly Row[], live: Run, of: (column: Column) => Run): void {
  const page = readFileSync(file, "utf8");
  expect(page).toMatch(marked);
  const lines = rows.map((row) => [
    row.title,
    [...new Set(resultsOf(row, live).map(({ reason }) => `\`${reason}\``))].join(", "),
    ...columns.map((column) => cellOf(row, of(column), live)),
  ]);
  const head = ["", "live run", ...columns];
  const table = [head, head.map(() => "---"), ...lines].map((cells) =>
    `| ${cells.join(" | ")} |`.replace("|  |", "| |"),
  );
  const wanted = page.replace(marked, (_, begin: string, end: string) => begin + table.join("\n") + end);
  if (process.env["UPDATE_GOLDEN"] === "1" && process.env["CI"] === undefined) writeFileSync(file, wanted);
  expect(readFileSync(file, "utf8")).toBe(wanted);
}
