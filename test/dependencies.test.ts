import { markdownTable } from "markdown-table";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { dependenciesDoc, readDependencies } from "../build/dependencies-doc.mjs";

const read = readDependencies(fileURLToPath(new URL("..", import.meta.url)));
type Packages = typeof read.packages;

/** Packages whose contents npm could not check: no hash, or one that is too weak. */
const unchecked = (packages: Packages): string[] =>
  Object.entries(packages)
    .filter(([path, { integrity = "" }]) => path !== "" && !/^sha512-[\w+/]{86}==$/.test(integrity))
    .map(([path]) => path);

it("every package in the lock file has its integrity", () => {
  const first = Object.entries(read.packages).find(([path]) => path !== "");
  const [path = "", { integrity: _, ...bare } = {}] = first ?? [];
  expect(unchecked({ [path]: bare })).toEqual([path]);
  expect(unchecked({ [path]: { ...bare, integrity: "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" } })).toEqual([path]);
  expect(unchecked(read.packages)).toEqual([]);
});

it("the lock file names no registry, so it works with whichever npm is set to", () => {
  expect(Object.values(read.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

/** What may be shipped beside a program under the MIT licence without further duties than keeping the notice. */
const permitted = new Set(["MIT", "ISC", "0BSD", "BSD-3-Clause", "BSD-2-Clause", "Apache-2.0"]);

it("users get permissive licences only, and those that the lock file says", () => {
  const shipped = Object.entries(read.packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  expect(shipped.length).toBeGreaterThan(40);
  const licences = shipped.map(([path, { license }]) => [path, license, read.licences.get(path)]);
  expect(licences.filter(([, locked, installed]) => locked !== installed)).toEqual([]);
  expect(licences.filter(([, locked]) => !permitted.has(locked ?? ""))).toEqual([]);
});

it("lists every package that users get, and none that only developers need", () => {
  const [, text] = dependenciesDoc(read, markdownTable);
  const [, listed = ""] = text.split("## All packages");
  const names = [...listed.matchAll(/^\| (\S+) +\| (\S+)/gm)].slice(1).map(([, name, version]) => `${name}@${version}`);
  const expected = Object.entries(read.packages)
    .filter(([path, { dev, devOptional }]) => path !== "" && dev !== true && devOptional !== true)
    .map(([path, { version }]) => `${path.slice(path.lastIndexOf("node_modules/") + 13)}@${version}`);
  expect(names.filter((name) => !name.startsWith("-")).toSorted()).toEqual(expected.toSorted());
});

it("a direct dependency without a reason, and a reason without a dependency, are errors", () => {
  const { yaml: _, ...fewer } = read.notes.packages;
  const without = { ...read, notes: { ...read.notes, packages: fewer } };
  expect(() => dependenciesDoc(without, markdownTable)).toThrow(/lacks the reason for yaml/);
  const { zod = undefined } = read.notes.packages;
  if (zod === undefined) throw new Error("zod is used");
  const more = { ...read, notes: { ...read.notes, packages: { ...read.notes.packages, nobody: zod } } };
  expect(() => dependenciesDoc(more, markdownTable)).toThrow(/not used: nobody/);
});
