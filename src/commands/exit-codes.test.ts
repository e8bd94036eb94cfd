import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { exitCodes } from "./surroundings.ts";

const page = readFileSync(`${import.meta.dirname}/../../docs/ci.md`, "utf8");
const [table = ""] = /\| exit code \| meaning \| in CI \|\n[\s\S]*?\n\n/.exec(page) ?? [];

it("docs/ci.md has every exit code that a command can return, and no other", () => {
  const written = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(written).toEqual(Object.values(exitCodes).toSorted((a, b) => a - b));
});

it("docs/ci.md says what happens where file descriptors are few, in the words of the program", () => {
  const program = readFileSync(`${import.meta.dirname}/../../bin/portmatrix.cjs`, "utf8");
  const explained = readFileSync(`${import.meta.dirname}/explain-error.ts`, "utf8");
  const said = [...page.matchAll(/`portmatrix: (cannot (start|go on): [^`]*?)(?: \(EMFILE\))?`/g)];
  expect(said.map(([, , verb]) => verb)).toEqual(["go on", "start"]);
  for (const [, words = "", verb] of said) expect(verb === "start" ? program : explained).toContain(words);
});
