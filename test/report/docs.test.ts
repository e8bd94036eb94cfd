import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { diffFormats } from "../../src/report/diff/renderers.ts";
import { formats } from "../../src/report/run/renderers.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const page = read("docs/formats.md");

it.each(formats)("docs/formats.md has a row and a heading for %s", (format) => {
  expect(page).toContain(`| \`${format}\` |`);
  expect(page).toMatch(new RegExp(`^## .*\`${format}\``, "m"));
});

it("docs/formats.md has no row for a format that is none", () => {
  const [, table = ""] = /\| format \| for \|.*\n((?:\|.*\n)+)/.exec(page) ?? [];
  const named = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual([...formats].toSorted());
});

it("docs/ci.md names the formats of a comparison", () => {
  const [, sentence = ""] = /`--format` and `--diff-format` take ([^;]+)/.exec(read("docs/ci.md")) ?? [];
  const named = [...sentence.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  expect(named.toSorted()).toEqual([...diffFormats].toSorted());
});
