import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Answer } from "../../src/model/outcome.ts";

/** The table of what each rung sees, in docs/vantage-points.md: each test writes the columns that it measures. */
const rows: readonly { title: string; ids: Readonly<Record<4 | 6, string>> }[] = [
  { title: "TCP, open", ids: { 4: "tcp4 open", 6: "tcp6 open" } },
  { title: "TCP, no listener or a reset", ids: { 4: "tcp4 closed", 6: "tcp6 closed" } },
  { title: "TCP, dropped", ids: { 4: "tcp4 dropped", 6: "tcp6 dropped" } },
  { title: "TCP, rejected: port unreachable", ids: { 4: "tcp4 port-unreachable", 6: "tcp6 port-unreachable" } },
  { title: "TCP, rejected: prohibited", ids: { 4: "tcp4 admin-prohibited", 6: "tcp6 admin-prohibited" } },
  {
    title: "TCP, rejected: host or address unreachable",
    ids: { 4: "tcp4 host-unreachable", 6: "tcp6 addr-unreachable" },
  },
  { title: "UDP, answered", ids: { 4: "udp4 open", 6: "udp6 open" } },
  { title: "UDP, no listener", ids: { 4: "udp4 closed", 6: "udp6 closed" } },
  { title: "UDP, dropped", ids: { 4: "udp4 dropped", 6: "udp6 dropped" } },
  { title: "UDP, rejected: prohibited", ids: { 4: "udp4 admin-prohibited", 6: "udp6 admin-prohibited" } },
  {
    title: "UDP, rejected: host or address unreachable",
    ids: { 4: "udp4 host-unreachable", 6: "udp6 addr-unreachable" },
  },
];

const columns = ["Node", "Python", "perl", "bash", "PowerShell on Linux"] as const;
export type Column = (typeof columns)[number];

const file = fileURLToPath(new URL("../../docs/vantage-points.md", import.meta.url));
const marked = /(<!-- rungs: [^>]* -->\n\n)([\s\S]*?)(\n\n<!-- end -->)/;

/** What one rung tells of one thing, both families. */
function told(ids: Readonly<Record<4 | 6, string>>, answerOf: (id: string) => Answer): string {
  const [one, other] = ([4, 6] as const).map((family) => {
    const { outcome, evidence } = answerOf(ids[family]);
    if (outcome.kind === "unsent") return outcome.cause === "not-supported" ? "–" : `error (${outcome.cause})`;
    return evidence.codeSeen === true ? `${outcome.kind}, with code and sender` : outcome.kind;
  });
  return one === other ? (one ?? "") : `${one} (IPv4), ${other} (IPv6)`;
}

/**
 * Holds the page to what was measured; `UPDATE_GOLDEN=1` writes it. Columns that were not measured stay as they are on the
 * page: their own test holds the page to them.
 */
export function expectColumns(measured: Partial<Record<Column, (id: string) => Answer>>): void {
  const page = readFileSync(file, "utf8");
  expect(page).toMatch(marked);
  const wanted = page.replace(marked, (_, begin: string, before: string, end: string) => {
    const onPage = cellsOf(before);
    const cells = rows.map(({ title, ids }) =>
      columns.map((column) => {
        const answerOf = measured[column];
        return answerOf === undefined ? (onPage.get(`${title}|${column}`) ?? "?") : told(ids, answerOf);
      }),
    );
    const lines = [["", ...columns], ["", ...columns].map(() => "---")].concat(
      rows.map(({ title }, at) => [title, ...(cells[at] as string[])]),
    );
    return `${begin}${lines.map((words) => `| ${words.join(" | ")} |`.replace("|  |", "| |")).join("\n")}${end}`;
  });
  if (process.env["UPDATE_GOLDEN"] === "1" && process.env["CI"] === undefined) writeFileSync(file, wanted);
  expect(readFileSync(file, "utf8")).toBe(wanted);
}

/** The cells of a table, by row and column. */
function cellsOf(table: string): Map<string, string> {
  const [head = [], , ...body] = table.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  return new Map(
    body.flatMap(([, title = "", ...cells]) =>
      cells.map((cell, at): [string, string] => [`${title}|${head[at + 2] ?? ""}`, cell]),
    ),
  );
}
