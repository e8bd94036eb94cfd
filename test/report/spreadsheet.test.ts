import { readdirSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { compare } from "../../src/judge/compare/compare.ts";
import type { AccessRequest } from "../../src/model/firewall/access-rule.ts";
import { accessRequest } from "../../src/plan/access-request.ts";
import { renderDiffCsv } from "../../src/report/diff/csv.ts";
import { renderPlanCsv } from "../../src/report/plan/csv.ts";
import { renderRequestCsv } from "../../src/report/request/csv.ts";
import { renderCsv } from "../../src/report/run/csv.ts";
import { planOf } from "../cases/judge-case.ts";
import { allPass, make, mixed } from "../cases/report-run.ts";

const plan = planOf([make.agent("web01", "10.0.2.1"), make.register("web01"), make.ping("web01", "10.0.2.1")]);
const nodes = ["cmk", "web01"].map((name) => ({ name, address: ["10.0.2.1"] }));
const request: AccessRequest = accessRequest({ plan, topology: "t.yaml", nodes, networks: [], isGrouped: false });

/** Codes and times by which renderers choose words; no text of somebody else gets there. */
const codes = new Set(["at", "startedAt", "kind", "verdict", "reason", "outcome", "family", "protocol", "expect"]);

/** The same value, in which every text begins with another sign. */
function poison(value: unknown, sign: string, key = ""): unknown {
  if (typeof value === "string") return codes.has(key) ? value : `${sign}${value}`;
  if (Array.isArray(value)) return value.map((one) => poison(one, sign, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poison(one, sign, name)]));
}

/** Every writer of CSV, with the file that it is in. */
const writers: Readonly<Record<string, (sign: string) => string>> = {
  "run/csv.ts": (sign) => renderCsv(poison(mixed(), sign) as never),
  "plan/csv.ts": (sign) => renderPlanCsv(poison(plan, sign) as never),
  "request/csv.ts": (sign) => renderRequestCsv(poison(request, sign) as never),
  "diff/csv.ts": (sign) => renderDiffCsv(poison(compare(allPass(), mixed()), sign) as never),
};

it("no writer of CSV is left out", () => {
  const folder = new URL("../../src/report/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const writing = files.filter((name) => /from "csv-stringify/.test(readFileSync(new URL(name, folder), "utf8")));
  expect(writing.toSorted()).toEqual(Object.keys(writers).toSorted());
});

it.each(Object.keys(writers))("%s: no cell begins as a formula does, whatever begins so", (name) => {
  for (const sign of ["=", "+", "-", "@", "\t", "\r", "\n="]) {
    const rows = parse(writers[name]?.(sign) ?? "", { record_delimiter: "\r\n" }) as string[][];
    const cells = rows.slice(1).flat();
    expect(cells.filter((cell) => /^\s*[=+\-@\t\r]/.test(cell))).toEqual([]);
    if (/[=+\-@]/.test(sign)) expect(cells.some((cell) => /^'[=+\-@]/.test(cell.replace(/^'\s+/, "'")))).toBe(true);
  }
});
