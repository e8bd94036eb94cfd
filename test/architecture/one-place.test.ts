import { join } from "node:path";
import { expect, it } from "vitest";
import { sourcesBelow } from "./import-graph.ts";

const files = sourcesBelow(join(import.meta.dirname, "../../src"));

/** What is in one file of `model/` and must not be written a second time, and how a second one would look. */
const once: readonly [string, string, RegExp, string][] = [
  [
    "the cleaner of foreign text",
    "model/text/printable.ts",
    /\\p\{(?:C|Cc|Cf|Default_Ignorable_Code_Point)\}/,
    String.raw`text.replaceAll(/[\p{C}\p{Z}]+/gu, " ")`,
  ],
  ["the order of verdicts", "model/severity.ts", /"fail", "error", "unknown"/, '["fail", "error", "unknown", "warn"]'],
  ["counts of verdicts", "model/severity.ts", /pass: 0, warn: 0/, "{ pass: 0, warn: 0, fail: 0 }"],
  ["what became of a probe", "model/run/observed.ts", /(?:interface|type) Observed\b/, "export interface Observed {"],
  [
    "which sections have a number",
    "model/section.ts",
    /\/\^\\d\/\.test\(\w*(?:id|section)\b/,
    String.raw`/^\d/.test(id)`,
  ],
];

it.each(once)("%s is in %s alone", (_what, home, pattern, second) => {
  const found = [...files].filter(([, text]) => pattern.test(text)).map(([path]) => path);
  expect(found).toEqual([home]);
  expect(second).toMatch(pattern);
});
