import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, it } from "vitest";

const source = join(import.meta.dirname, "../../src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts"));
const shipped = files.filter((path) => !path.endsWith(".test.ts"));
const textOf = (path: string): string => readFileSync(join(source, path), "utf8");

/** Words that say nothing about what is in a file. */
const emptyWords = /(^|-)(utils?|helpers?|managers?|common|core|base|info|data|items?|handlers?|misc)(-|\.|$)/;

/** The offences in a list of paths; empty for a tidy tree. */
const vagueNames = (paths: readonly string[]): string[] => paths.filter((path) => emptyWords.test(basename(path)));
const folderIndexes = (paths: readonly string[]): string[] =>
  paths.filter((path) => basename(path) === "index.ts" && dirname(path) !== ".");

/** `require` hides from the linter's import rules. Template strings are left out: code for another Node stands there. */
const hiddenImports = (text: string): boolean =>
  /\brequire\w*\(\s*["'][^"']+["']/.test(text.replaceAll(/`[^`]*`/g, "``"));
const disablesLayerRule = (text: string): boolean =>
  /(ox|es)lint-disable[^\n]*(restricted|no-console|no-cycle|max-lines|default-export)|(ox|es)lint-disable\s*\*?\/?\s*$/m.test(
    text,
  );

it("no source file has a vague name", () => {
  expect(vagueNames(["plan/utils.ts", "probe/tcp-helper.ts", "load/data.ts"])).toHaveLength(3);
  expect(vagueNames(["probe/tcp/tcp.ts", "model/database.ts"])).toEqual([]);
  expect(vagueNames(files)).toEqual([]);
});

it("no folder has an index.ts", () => {
  expect(folderIndexes(["model/index.ts", "index.ts"])).toEqual(["model/index.ts"]);
  expect(folderIndexes(files)).toEqual([]);
});

it("nothing is imported behind the linter's back, except the optional native module in its one file", () => {
  expect(hiddenImports('const raw = createRequire(import.meta.url)("x"); require("raw-socket")')).toBe(true);
  expect(hiddenImports('const far = `require("module")`;')).toBe(false);
  expect(hiddenImports("const required = (name: string) => name;")).toBe(false);
  expect(shipped.filter((path) => hiddenImports(textOf(path)) && path !== "probe/kernel/raw-socket.ts")).toEqual([]);
});

/** Files that may break a rule in one line, each with its reason beside the line: `process.kill` reaches a process group. */
const granted = new Set([
  "vantage/start/process-groups.ts",
  "vantage/lookup-child.ts",
  "responder/without-root.ts",
  "responder/serve-without-root.ts",
  "probe/icmp/ping.ts",
]);

it("no source file switches a layer rule off, except where it was granted", () => {
  expect(disablesLayerRule("// oxlint-disable-next-line no-restricted-imports")).toBe(true);
  expect(disablesLayerRule("/* oxlint-disable */\n")).toBe(true);
  expect(disablesLayerRule("// oxlint-disable-next-line no-control-regex")).toBe(false);
  expect(shipped.filter((path) => disablesLayerRule(textOf(path)) && !granted.has(path))).toEqual([]);
});
