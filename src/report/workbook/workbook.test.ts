import { expect, it } from "vitest";
import type { AccessEnd, AccessRequest } from "../../model/firewall/access-rule.ts";
import { requestSheets } from "../request/sheets.ts";
import { cellXml, columnLetters, escapeXml, mostCharacters } from "./cell.ts";
import { mostRows, sheetXml } from "./sheet.ts";

it.each([
  [0, "A"],
  [25, "Z"],
  [26, "AA"],
  [701, "ZZ"],
  [702, "AAA"],
])("column %i is %s", (at, letters) => {
  expect(columnLetters(at)).toBe(letters);
});

it.each([
  ['a<b>&"c"', "a&lt;b&gt;&amp;&quot;c&quot;"],
  ["\u0000\u0008a\uD800b\uFFFE", "ab"],
  ["🦊 ü\n\t", "🦊 ü\n\t"],
  ["_x0041_", "_x005F_x0041_"],
  ["_x005F_x0041_", "_x005F_x005F_x005F_x0041_"],
  ["_x_y_", "_x_y_"],
])("%j is %s in XML", (text, xml) => {
  expect(escapeXml(text)).toBe(xml);
});

it("a text that no cell holds says how much is missing", () => {
  const [, text = ""] = /<t [^>]*>(.*)<\/t>/.exec(cellXml("x".repeat(mostCharacters + 1), 0, 2)) ?? [];
  expect(text.length).toBeLessThanOrEqual(mostCharacters);
  expect(text).toMatch(/x … \(61 more characters do not fit into a cell\)$/);
  expect(cellXml("x".repeat(mostCharacters), 0, 2)).toContain("x".repeat(mostCharacters));
});

it("more rows than a sheet holds are refused", () => {
  const sheet = (rows: number) => ({
    name: "Flows",
    columns: [{ title: "a", width: 1 }],
    rows: Array.from({ length: rows }, () => [""]),
  });
  expect(() => sheetXml(sheet(mostRows)).next()).toThrow("do not fit into the sheet");
  expect(sheetXml(sheet(mostRows - 1)).next().value).toContain(`A1:A${mostRows}`);
});

it("a rule with more addresses than a cell holds takes several rows of its number, which together allow the same", () => {
  const end = (side: string, at: number): AccessEnd => ({ name: `${side}${at}`, addresses: [`2001:db8::${at}`] });
  const ends = (side: string) => Array.from({ length: 3000 }, (_, at) => end(side, at));
  const rule = { family: "IPv6", protocol: "tcp", port: 1, purposes: [], evidence: [], flows: [] } as const;
  const request: AccessRequest = {
    topology: "t",
    catalog: { product: "checkmk", version: "1", title: "t", url: "https://example.com" },
    rules: [
      { ...rule, sources: ends("s"), destinations: ends("d") },
      { ...rule, sources: [end("a", 1)], destinations: [end("b", 2)] },
    ],
    leftOut: [],
  } as never;
  const rows = requestSheets(request)[0]?.rows ?? [];
  expect(rows.map(([number]) => number)).toEqual([1, 1, 1, 1, 2]);
  const parts = rows.slice(0, 4).map((row) => [String(row[2]), String(row[4])]);
  const [from, to] = [0, 1].map((side) => new Set(parts.map((part) => part[side])));
  expect([from?.size, to?.size, new Set(parts.map(String)).size]).toEqual([2, 2, 4]);
  for (const [side, letter] of [
    [from, "s"],
    [to, "d"],
  ] as const) {
    const all = Array.from(side ?? []).flatMap((text) => text?.split("\n"));
    expect(all).toEqual(ends(letter).map(({ name }) => name));
  }
  for (const row of rows) for (const cell of row) expect(String(cell).length).toBeLessThan(mostCharacters);
});
