import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cases, type LayerCase } from "./cases.ts";

const root = join(import.meta.dirname, "../..");

interface Diagnostic {
  message: string;
  code: string;
  filename: string;
  help?: string;
}

/** Lints a folder that holds the given files under the project's own configuration; diagnostics by file. */
function lint(folder: string, files: ReadonlyMap<string, string>): Map<string, Diagnostic[]> {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  copyFileSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  const byFile = new Map<string, Diagnostic[]>();
  for (const diagnostic of runOxlint(folder)) {
    const path = diagnostic.filename.replaceAll("\\", "/");
    byFile.set(path, [...(byFile.get(path) ?? []), diagnostic]);
  }
  return byFile;
}

function runOxlint(folder: string): Diagnostic[] {
  const bin = join(root, "node_modules/oxlint/bin/oxlint");
  try {
    execFileSync(process.execPath, [bin, "--format", "json"], { cwd: folder, encoding: "utf8", stdio: "pipe" });
    return [];
  } catch (error) {
    // Status 1 means that there are findings; they are on standard output.
    const { status, stdout } = error as { status: number; stdout: string };
    if (status !== 1) throw error;
    return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics;
  }
}

/** Each case has a file name of its own, unless the rule is about one named file. */
const pathOf = (layerCase: LayerCase, index: number): string => layerCase.path.replace("*", `case-${index}`);

describe("the layer rules", () => {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "portmatrix-layers-")));
  let offending = new Map<string, Diagnostic[]>();
  let clean = new Map<string, Diagnostic[]>();

  beforeAll(() => {
    const [first = "", second = ""] = folders;
    const extra = cases.flatMap((one) => Object.entries(one.besides ?? {}));
    offending = lint(first, new Map([...extra, ...cases.map((one, i) => [pathOf(one, i), one.offence] as const)]));
    clean = lint(second, new Map(cases.map((one, i) => [one.twinPath ?? pathOf(one, i), one.twin] as const)));
  });
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it.each(cases.map((one, i) => ({ ...one, path: pathOf(one, i) })))("$name", ({ path, twinPath, rule, why }) => {
    const found = offending.get(path) ?? [];
    expect([...new Set(found.map(({ code }) => code))]).toEqual([rule]);
    expect(found.map(({ message, help }) => `${message} ${help ?? ""}`).join("\n")).toContain(why);
    expect(clean.get(twinPath ?? path) ?? []).toEqual([]);
  });

  it("reports nothing for the twins beside what the table holds", () => {
    expect([...clean.keys()]).toEqual([]);
  });
});
