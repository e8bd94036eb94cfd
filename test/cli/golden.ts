import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect } from "vitest";
import { root } from "./program.ts";

/**
 * Compares a text with a committed file, whose path is relative to the root of the checkout. `UPDATE_GOLDEN=1` writes
 * the file instead; the difference is then for `git diff` and a reader to judge. CI never writes.
 */
export function expectGolden(path: string, text: string): void {
  const file = `${root}${path}`;
  if (process.env["UPDATE_GOLDEN"] === "1" && process.env["CI"] === undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (!existsSync(file)) throw new Error(`${path} is missing; UPDATE_GOLDEN=1 writes it`);
  expect(text, `differs from ${path}; if that is intended, UPDATE_GOLDEN=1 rewrites it`).toBe(
    readFileSync(file, "utf8"),
  );
}
