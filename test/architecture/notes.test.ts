import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";
import { anchorsIn } from "../markdown-anchors.ts";

const root = join(import.meta.dirname, "../..");
const notes = "docs/notes";

/** Files of the repository that people write, as paths from its root. */
const files = [
  ...["src", "lab", "docs", "test", "catalog", "build", "bench", "bin", "examples", ".ci"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
  ),
  ...readdirSync(root).filter((path) => path.endsWith(".md")),
].filter((path) => !/node_modules|\.ci.out|\.(png|svg|ico)$/.test(path) && statSync(join(root, path)).isFile());
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");
const texts = new Map(files.map((path) => [path, textOf(path)]));
const pages = new Map([...texts].filter(([path]) => path.startsWith(`${notes}/`)));

/** Words that send the reader to a document which is not in the repository. */
const outside =
  /\.\.\/shared|\b[Ff]acts?[ ,/(:]*(checkmk|network)?(\.md)?[ ,]*§|\bcontract(\.md)?,? §|\b[Ff]acts,? \d|\b[Ff]acts (checkmk|network)\b|\bdesign\.md\b|\/work\/|\b[Ii]ssues? #?\d/;
/** The comparison with the vendor's pages, which may not be copied, and the engine that CI borrows. */
const granted = new Set(["test/catalog/spec-pages.ts", ".ci/run"]);

const leadsOutside = (text: string): string[] => text.split("\n").filter((line) => outside.test(line));

it("no file refers to a document outside of the repository", () => {
  const faults = ["§14", "/checkmk.md §8", " network §1", " 3.2: alert"].map((rest) => `${"facts"}${rest}`);
  expect(leadsOutside([...faults, `${"contract"} §5`, `${".."}/shared/x`, `${"issue"} 6`].join("\n"))).toHaveLength(7);
  expect(leadsOutside("the facts of a certificate\nprints facts(result)\nfacts, not words\nOWNER/NAME#12")).toEqual([]);
  const found = [...texts].filter(([path]) => !granted.has(path)).map(([path, text]) => [path, leadsOutside(text)]);
  expect(Object.fromEntries(found.filter(([, lines = []]) => lines.length > 0))).toEqual({});
});

/** Pages of the notes that a text cites but that do not exist, as `page` or `page#anchor`. */
function brokenCitations(text: string, known: ReadonlyMap<string, string>): string[] {
  const cited = [...text.matchAll(/docs\/notes\/([\w-]+\.md)(?:#([\p{L}\p{N}_-]+))?/gu)];
  return cited.flatMap(([whole, page = "", anchor]) => {
    const found = known.get(`${notes}/${page}`);
    const isThere = found !== undefined && (anchor === undefined || anchorsIn(found).includes(anchor));
    return isThere ? [] : [whole];
  });
}

it("every page and heading of the notes that is cited exists", () => {
  const known = new Map([[`${notes}/a.md`, "# A\n\n## Port 80/tcp\n"]]);
  const cite = (rest: string) => `see ${notes}${rest}.`;
  expect(brokenCitations(`${cite("/a.md")} ${cite("/a.md#port-80tcp")}`, known)).toEqual([]);
  expect(brokenCitations(`${cite("/b.md")} ${cite("/a.md#port-81")}`, known)).toHaveLength(2);
  const found = [...texts].map(([path, text]) => [path, brokenCitations(text, pages)] as const);
  expect(found.filter(([, broken]) => broken.length > 0)).toEqual([]);
});

it("every relative link of a document leads to a file and a heading of the repository", () => {
  const broken = [...texts]
    .filter(([path]) => path.endsWith(".md") && !path.includes("fixtures"))
    .flatMap(([path, text]) =>
      [...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(
        ([whole, target = "", anchor]) => {
          const file = target === "" ? path : relative(root, join(root, dirname(path), target));
          if (file.startsWith("..") || !existsSync(join(root, file))) return [`${path}: ${whole}`];
          return anchor === undefined || anchorsIn(textOf(file)).includes(anchor) ? [] : [`${path}: ${whole}`];
        },
      ),
    );
  expect(broken).toEqual([]);
});

/** Sections without a line that says where their facts are from. */
const unsourced = (text: string): string[] =>
  text
    .split(/^## /m)
    .slice(1)
    .filter((section) => !/^(Source|Measured): \S/m.test(section))
    .map((section) => section.split("\n", 1)[0] ?? "");

it("every section of the notes names its source, or says how it was measured", () => {
  expect(unsourced("# T\n\n## A\n\nfact\n\n## B\n\nfact\n\nSource: RFC 792\n\n## C\n\nMeasured: here\n")).toEqual([
    "A",
  ]);
  expect([...pages].flatMap(([path, text]) => unsourced(text).map((heading) => `${path}: ${heading}`))).toEqual([]);
});

it("the notes' table of contents has every page, and each page is short", () => {
  const contents = textOf(`${notes}/README.md`);
  expect([...pages].filter(([, text]) => text.split("\n").length > 250).map(([path]) => path)).toEqual([]);
  for (const path of pages.keys()) {
    if (!path.endsWith("README.md")) expect(contents).toContain(`](${path.slice(notes.length + 1)})`);
  }
});
