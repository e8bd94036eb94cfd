import { describe, expect, it } from "vitest";
import { parseEnglishPage, parseGermanPage, type PrintedRow, type PrintedSection } from "./parse-ports-page.ts";
import { shippedCatalogs } from "./read-catalog.ts";
import { readSpecPages, reasonToSkip } from "./spec-pages.ts";

type Language = "en" | "de";

const pages = readSpecPages(process.env);
const printed: Record<Language, PrintedSection[]> =
  "missing" in pages
    ? { en: [], de: [] }
    : { en: withRows(parseEnglishPage(pages.en)), de: withRows(parseGermanPage(pages.de)) };
const { sections } = shippedCatalogs().find(({ path }) => path === "catalog/checkmk/2.3.yaml")!.catalog;

/** The overview and the headings of whole chapters have no rows. */
function withRows(all: PrintedSection[]): PrintedSection[] {
  return all.filter(({ rows }) => rows.length > 0);
}

/** A row as one line, so that a difference reads well. */
function write(section: string, { port, protocol, name, optional }: PrintedRow): string {
  return [section, port, protocol, name, ...(optional ? ["optional"] : [])].join(" | ");
}

/** Every row of a rendering, as the page prints it. */
function rowsOfPage(language: Language): string[] {
  return printed[language].flatMap(({ id, rows }) => rows.map((row) => write(id, row)));
}

/** Every row of a rendering, as the catalog says it is printed, with the requirements that stand for it. */
function rowsOfCatalog(language: Language): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const section of sections) {
    for (const { id, document } of section.requirements) {
      const row = document?.[language];
      if (row === undefined || row === null) continue;
      const key = write(section.id, row);
      found.set(key, [...(found.get(key) ?? []), id]);
    }
  }
  return found;
}

describe.each(["en", "de"] as const)("catalog 2.3 against the rendering %s", (language) => {
  it("has the page to compare with", (ctx) => {
    const reason = reasonToSkip(pages, process.env);
    if (reason !== undefined) return ctx.skip(reason);
    expect(rowsOfPage(language).length).toBeGreaterThan(0);
  });

  it.each(rowsOfPage(language))("the page's row is in the catalog: %s", (row) => {
    expect([...rowsOfCatalog(language).keys()]).toContain(row);
  });

  it.each("missing" in pages ? [] : [...rowsOfCatalog(language).keys()])(
    "the catalog's row is on the page: %s",
    (row) => {
      expect(rowsOfPage(language)).toContain(row);
    },
  );

  it.each("missing" in pages ? [] : sections.map(({ id }) => id))("section %s has the title of the page", (id) => {
    const section = sections.find((one) => one.id === id);
    expect(section?.title[language]).toBe(printed[language].find((one) => one.id === id)?.title);
  });

  it.each(printed[language].map(({ id }) => id))("section %s of the page is in the catalog", (id) => {
    expect(sections.map((section) => section.id)).toContain(id);
  });
});

it.each(printed.de)("section $id keeps the anchor of the page, $anchor", ({ id, anchor }) => {
  expect(sections.find((section) => section.id === id)?.anchor).toBe(anchor);
});

describe("catalog 2.3 on its own", () => {
  it("says for every requirement what each rendering prints", () => {
    const silent = sections.flatMap(({ requirements }) =>
      requirements.filter(({ document }) => document?.en === undefined || document.de === undefined),
    );
    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  it("stands for 28 English and 29 German rows; only 514, for TCP and UDP, is two requirements", () => {
    expect(rowsOfCatalog("en").size).toBe(28);
    expect(rowsOfCatalog("de").size).toBe(29);
    for (const language of ["en", "de"] as const) {
      const shared = [...rowsOfCatalog(language).values()].filter((ids) => ids.length > 1);
      expect(shared).toEqual([["syslog-tcp", "syslog-udp"]]);
    }
  });

  it("gives every requirement the port and protocol that the document prints", () => {
    for (const { requirements } of sections) {
      for (const { id, port, protocol, document } of requirements) {
        const row = document?.en ?? document?.de;
        const ports = port === undefined ? "-" : [port].flat().join("/");
        expect({ id, ports }).toEqual({ id, ports: row?.port });
        expect(row?.protocol.toLowerCase().split(/ and | und /)).toContain(protocol);
      }
    }
  });
});
