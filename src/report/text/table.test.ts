import { expect, it } from "vitest";
import { drawTable } from "./table.ts";

const field = (...lines: string[]) => ({ lines });

it("draws a line under the heading, fills up short fields and counts the width of what is seen", () => {
  const red = { lines: ["✗ no"], dress: (line: string) => `\u001B[31m${line}\u001B[39m` };
  const rows = [[field("a long", "label"), red], [field("端口")]];
  expect(drawTable([field("from"), field("443", "web")], rows, { widths: [6, 4] }).join("\n")).toMatchInlineSnapshot(`
    "┌────────┬──────┐
    │ from   │ 443  │
    │        │ web  │
    ├────────┼──────┤
    │ a long │ [31m✗ no[39m │
    │ label  │      │
    │ 端口   │      │
    └────────┴──────┘"
  `);
});

it("draws with signs that every terminal has", () => {
  expect(drawTable([field("a")], [[field("b")]], { widths: [1], unicode: false })).toEqual([
    "+---+",
    "| a |",
    "+---+",
    "| b |",
    "+---+",
  ]);
});

it(
  "draws half a million rows and lines of a field as often as they are there, and no oftener",
  { timeout: 60_000 },
  () => {
    let dressed = 0;
    const count = (line: string) => {
      dressed += 1;
      return line;
    };
    const long = { lines: Array.from({ length: 250_000 }, () => "x"), dress: count };
    const rows = [[long], ...Array.from({ length: 250_000 }, () => [{ lines: ["y"], dress: count }])];
    expect(drawTable([field("head")], rows, { widths: [4] })).toHaveLength(500_000 + 4);
    expect(dressed).toBe(500_000);
  },
);
