import { expect, it } from "vitest";
import { mixed } from "../../../test/cases/report-run.ts";
import { runSchema } from "../../model/run/run.ts";
import { renderMarkdown } from "../run/markdown.ts";
import { ndjsonSummary } from "../run/ndjson.ts";
import { renderTable } from "../run/table.ts";
import { phraseDecoys } from "./decoys-sent.ts";

const one = { from: "cmk", to: "web01", address: "10.0.3.7", port: 24_817, outcome: "refused" as const };
const sentence = "1 decoy port asked, which no requirement names: cmk to web01 at 10.0.3.7 port 24817 (refused).";

it("says from where, to where and with what outcome decoy ports were asked", () => {
  const run = { ...mixed(), controls: [one] };
  expect(runSchema.safeParse(run).success).toBe(true);
  expect(renderTable(run, { width: 120, colour: false }).trimEnd().split("\n").at(-1)).toBe(sentence);
  expect(renderMarkdown(run)).toContain("1 decoy port asked");
  expect(JSON.parse(ndjsonSummary(run))).toMatchObject({ type: "summary", controls: [one] });
});

it("says nothing where none was asked", () => {
  expect(phraseDecoys(mixed())).toBe("");
  expect(renderTable(mixed(), { width: 120, colour: false })).not.toContain("decoy");
  expect(JSON.parse(ndjsonSummary(mixed()))).not.toHaveProperty("controls");
});

it("names some of many", () => {
  const controls = Array.from({ length: 9 }, (_, at) => ({ ...one, address: `10.0.3.${at}` }));
  expect(phraseDecoys({ controls })).toMatch(/^9 decoy ports asked, .* and 5 more$/);
});
