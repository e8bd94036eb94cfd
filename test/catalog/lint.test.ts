import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/model/catalog.ts";
import { allRules } from "./all-rules.ts";
import { baseCatalog, readFixture } from "./fixture.ts";
import { shippedCatalogs } from "./read-catalog.ts";
import type { Beside } from "./rule.ts";
import { readSpecPages } from "./spec-pages.ts";

/** Messages of all rules, by rule; rules that have nothing to say are left out. */
function lint(catalog: Catalog, beside: Beside): Record<string, string[]> {
  const entries = allRules.map(({ name, check }) => [name, check(catalog, beside)] as const);
  return Object.fromEntries(entries.filter(([, messages]) => messages.length > 0));
}

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .toSorted();

describe("the set of rules", () => {
  const names = allRules.map(({ name }) => name);

  it("holds every file under rules/, each under its own name", () => {
    expect(filesIn("rules/", ".ts")).toEqual(names.toSorted());
  });

  it("has a failing example for every rule and no example without a rule", () => {
    expect(filesIn("fixtures/", ".yaml")).toEqual([...names, "base"].toSorted());
  });

  it.each(allRules)("$name says why it is there", ({ why }) => {
    expect(why).toMatch(/^\S.{30,}\.$/);
  });
});

describe("failing examples", () => {
  it("start from a base catalog that passes every rule", () => {
    expect(lint(baseCatalog(), { earlier: [], pages: [] })).toEqual({});
  });

  describe.each(allRules)("$name", ({ name }) => {
    const { faults, mended, pages, base_is_earlier } = readFixture(name);
    const beside = { earlier: base_is_earlier ? [baseCatalog()] : [], pages };

    it.each(faults)("fails alone with $messages.0", ({ change, messages }) => {
      expect(lint(baseCatalog(change), beside)).toEqual({ [name]: messages });
    });

    it("its mended twin passes every rule", () => {
      expect(lint(baseCatalog(mended), beside)).toEqual({});
    });
  });
});

describe("shipped catalogs", () => {
  const catalogs = shippedCatalogs();
  const spec = readSpecPages(process.env);
  const pages = "missing" in spec ? [] : [spec.en, spec.de];

  it("are these", () => {
    expect(catalogs.map(({ path }) => path)).toEqual(
      ["2.1", "2.2", "2.3", "2.4", "2.5"].map((version) => `catalog/checkmk/${version}.yaml`),
    );
  });

  it.each(catalogs)("$path stands where its product and version say", ({ path, catalog }) => {
    expect(path).toBe(`catalog/${catalog.product}/${catalog.version}.yaml`);
  });

  it.each(catalogs)("$path passes every rule", ({ catalog }) => {
    const ofProduct = catalogs.map((one) => one.catalog).filter(({ product }) => product === catalog.product);
    const earlier = ofProduct.slice(0, ofProduct.indexOf(catalog));
    expect(lint(catalog, { earlier, pages })).toEqual({});
  });
});
