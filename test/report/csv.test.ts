import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { renderCsv } from "../../src/report/run/csv.ts";
import { eachRun } from "./runs.ts";

const read = (text: string): Record<string, string>[] => parse(text, { columns: true, record_delimiter: "\r\n" });

describe.each(eachRun)("%s", (_, run) => {
  const text = renderCsv(run);
  const rows = read(text);

  it("has a row for each flow, and a header even without one", () => {
    expect(text).toMatch(/^id,section,/);
    expect(rows).toHaveLength(run.results.length);
    for (const [at, { verdict, reason, attempts }] of run.results.entries()) {
      expect(rows[at]).toMatchObject({ verdict, reason, attempts: String(attempts) });
    }
  });

  it("has no cell that a spreadsheet calculates", () => {
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@]/);
  });
});

it("the reader refuses a row with a cell too many", () => {
  expect(() => read("a,b\r\n1,2,3\r\n")).toThrow("Invalid Record Length");
});
