import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const dist = join(import.meta.dirname, "../../dist");

/** The files that Node reads before the command line is known, and the packages bundled into them. */
function readAtStart(entry: string): { files: string[]; packages: string[] } {
  const texts = new Map<string, string>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (texts.has(path)) continue;
    const text = readFileSync(path, "utf8");
    texts.set(path, text);
    // What build/bundle-cli.mjs says of each file; what comes later is not among them.
    const loads = /^\/\/ Loads: (.+)$/m.exec(text)?.[1]?.split(" ") ?? [];
    open.push(...loads.map((to) => join(dist, to)));
  }
  const packages = [...texts.values()].flatMap((text) => /^\/\/ Packages: (.+)$/m.exec(text)?.[1]?.split(" ") ?? []);
  return { files: [...texts.keys()], packages: [...new Set(packages)].toSorted() };
}

it("reads no package but the command line's before it knows which command is meant", () => {
  const { files, packages } = readAtStart(join(dist, "cli.cjs"));
  expect(files.length).toBeGreaterThan(3);
  expect(packages).toEqual(["commander"]);
});

it("would notice the schemas' package", () => {
  const chunks =
    readFileSync(join(dist, "cli.cjs"), "utf8")
      .replaceAll("\\\n", "")
      .match(/=> ?(?:__toESM\()?require\("\.\/chunks\/[^"]+"\)/g) ?? [];
  const later = chunks.flatMap((text) => readAtStart(join(dist, /"(.+)"/.exec(text)?.[1] ?? "")).packages);
  expect(later).toContain("zod");
});

const root = join(import.meta.dirname, "../..");

it("both beginnings, of the package and of the program in one file, take their settings from one place", () => {
  for (const file of ["bin/portmatrix.cjs", "build/one-file.mjs"]) {
    const text = readFileSync(join(root, file), "utf8");
    expect(text).toMatch(/"[./a-z]+\/process-settings\.cjs"/);
    expect(text).toContain("prepareProcess();");
    expect(text).not.toMatch(/UV_THREADPOOL_SIZE|setFlagsFromString/);
  }
});

it.each([
  ["agent", {}, "64"],
  ["check", {}, "8"],
  ["agent", { UV_THREADPOOL_SIZE: "5" }, "5"],
  ["check", { UV_THREADPOOL_SIZE: "5" }, "5"],
])("%s with %j has so many threads for the work of libuv: %s", (command, set, threads) => {
  const settings = JSON.stringify(join(root, "bin/process-settings.cjs"));
  // Every thread exists as soon as one has work.
  const script = `require(${settings}).prepareProcess(); const { readdirSync, stat } = require("node:fs");
    const before = readdirSync("/proc/self/task").length;
    stat("/", () => console.log(readdirSync("/proc/self/task").length - before));`;
  const env = { PATH: process.env["PATH"], ...set };
  const said = execFileSync(process.execPath, ["-e", script, "--", "x", command], { encoding: "utf8", env });
  expect(said.trim()).toBe(threads);
});
