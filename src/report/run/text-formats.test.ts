import { describe, expect, it } from "vitest";
import { render } from "../../../test/report/loaded-renderers.ts";
import { runs } from "../../../test/report/runs.ts";

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
    await expect(render[format](runs[kind](), { width: 100, colour: false })).toMatchFileSnapshot(
      `../__golden__/${kind}.${format}.txt`,
    );
  });
});
