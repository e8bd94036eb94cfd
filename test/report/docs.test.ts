import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { formats } from "../../src/report/run/renderers.ts";

const page = readFileSync(new URL("../../docs/formats.md", import.meta.url), "utf8");

it.each(formats)("docs/formats.md has a row and a heading for %s", (format) => {
  expect(page).toContain(`| \`${format}\` |`);
  expect(page).toMatch(new RegExp(`^## .*\`${format}\``, "m"));
});
