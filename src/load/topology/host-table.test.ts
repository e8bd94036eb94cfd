import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatProblem } from "../../model/problem.ts";
import { readHostTable } from "./host-table.ts";

const problemsOf = (text: string): string[] => readHostTable(text, "h.csv").problems.map(formatProblem);

describe("readHostTable", () => {
  it("reads quotes, CRLF, a byte order mark, several addresses, blank lines and absent cells", () => {
    const text = '\uFEFFname,address,ping,site\r\n"a","1.1.1.1 ; 2.2.2.2",no,\r\n\r\n,,,\r\n b ,::1,TRUE,"x ""y"""\r\n';
    const { rows, problems, locate } = readHostTable(text, "h.csv");
    expect(problems).toEqual([]);
    expect(rows.map(({ cells }) => cells)).toEqual([
      { name: "a", address: ["1.1.1.1", "2.2.2.2"], ping: false },
      { name: "b", address: "::1", ping: true, site: 'x "y"' },
    ]);
    expect(rows.map(({ at }) => locate(at, "ping"))).toEqual([
      { place: { file: "h.csv", line: 2, column: 25, path: "ping" }, isEmpty: false },
      { place: { file: "h.csv", line: 5, column: 9, path: "ping" }, isEmpty: false },
    ]);
    const first = rows[0]?.at ?? 0;
    expect(locate(first, "site")).toMatchObject({ place: { line: 2, column: 28 }, isEmpty: true });
    expect(locate(first, "snmp")).toEqual({ place: { file: "h.csv", line: 2, column: 1 }, isEmpty: true });
  });

  it.each([
    ["", ["h.csv: the file is empty"]],
    ["\n\n", ["h.csv: the file is empty"]],
    [
      "name,address,colour\n",
      ['h.csv:1:14: unknown column "colour"; known here: name, address, site, os, agent, ping'],
    ],
    ["name,address,name\n", ['h.csv:1:14: the column "name" stands here twice']],
    [
      "name\n",
      ['h.csv:1:1: the column "address" is missing; the first line names the columns: name,address,site,os,agent,ping'],
    ],
    ["name;address\n", ["h.csv:1:1: the cells are separated by semicolons; save the table with commas"]],
    [
      "name,address\na\nb,c,d\n",
      ["h.csv:2:1: the header has 2 cells, this row 1", "h.csv:3:1: the header has 2 cells, this row 3"],
    ],
    ['name,address\na,"b\nc"\n', ["h.csv:2:1: a cell cannot contain a line break; is a quote left open?"]],
    ['name,address\na,"b\n', ["h.csv:2:1: a double quote is opened and never closed"]],
    [
      'name,address\na,"b"c\n',
      ['h.csv:2:1: a double quote stands inside a cell; quote the whole cell and double the inner one: "a ""b"" c"'],
    ],
    ["name,address,ping\na,b,maybe\n", ['h.csv:2:5: ping: "maybe" is neither true nor false']],
    [
      `name,address\n"${"x".repeat(70_000)}`,
      ["h.csv:2:1: this row is longer than 65,536 characters; is a quote left open?"],
    ],
    [
      `${"a,".repeat(99)}a\n`,
      ["h.csv:1:1: the header has 100 columns; known are name, address, site, os, agent, ping"],
    ],
  ])("%j", (text, expected) => expect(problemsOf(text)).toEqual(expected));

  it("never throws", () => {
    const texts = fc.string({ unit: fc.constantFrom(..."ab,;\"'\r\n\t \uFEFF"), maxLength: 40 });
    fc.assert(
      fc.property(texts, (text) => void problemsOf(`name,address\n${text}`)),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void problemsOf(text)));
  });
});
