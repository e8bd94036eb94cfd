import { describe, expect, it } from "vitest";
import { plainTexts } from "../../src/model/text/printable.ts";
import { runSchema } from "../../src/model/run/run.ts";
import { renderNdjson } from "../../src/report/run/ndjson.ts";
import { eachRun } from "./runs.ts";

describe.each(eachRun)("%s", (_, run) => {
  it("has all of the run record: facts, results, counts", () => {
    const lines = renderNdjson(run)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const types = lines.map(({ type }) => type);
    expect(types).toEqual(["run", ...run.results.map(() => "result"), "summary"]);
    const [{ type: _, flows, ...facts } = {}, ...rest] = lines;
    const { type: __, durationMs, interrupted, ...summary } = rest.pop() ?? {};
    expect(flows).toBe(run.results.length);
    const results = rest.map(({ type: ___, ...result }) => result);
    const record = { ...facts, durationMs, ...(interrupted === undefined ? {} : { interrupted }), summary, results };
    expect(runSchema.parse(record)).toEqual(runSchema.parse(plainTexts(run)));
  });
});
