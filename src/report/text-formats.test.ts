import { describe, expect, it } from "vitest";
import { runs } from "../../test/report/runs.ts";
import { renderers } from "./renderers.ts";

const kinds = ["healthy", "failing", "mixed", "empty-sections"] as const;
const texts = [
  "ndjson",
  "tap",
  "csv",
  "prometheus",
  "github",
  "gitlab",
  "sarif",
  "nagios",
  "checkmk-local",
  "checkmk-spool",
  "checkmk-piggyback",
] as const;

/** That consumers accept them is proven in test/report; here stands what they look like. */
describe.each(texts)("%s", (format) => {
  it.each(kinds)("of a run that is %s", async (kind) => {
    await expect(renderers[format](runs[kind]())).toMatchFileSnapshot(`__golden__/${kind}.${format}.txt`);
  });
});
