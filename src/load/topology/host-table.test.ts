import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatProblem } from "../../model/text/problem.ts";
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
      [
        'h.csv:1:14: unknown column "colour"; known here: name, address, site, os, agent, ping, special_agents, active_checks',
      ],
    ],
    ["name,address,name\n", ['h.csv:1:14: the column "name" stands here twice']],
    [
      "name\n",
      [
        'h.csv:1:1: the column "address" is missing; the first line names the columns: name,address,site,os,agent,ping,special_agents,active_checks',
      ],
    ],
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
      [
        "h.csv:1:1: the header has 100 columns; known are name, address, site, os, agent, ping, special_agents, active_checks",
      ],
    ],
  ])("%j", (text, expected) => expect(problemsOf(text)).toEqual(expected));

  const rowsOf = (text: string) => {
    const { rows, problems } = readHostTable(text, "h.csv");
    expect(problems).toEqual([]);
    return rows.map(({ cells }) => cells);
  };
  const two = [
    { name: "a", address: "1.1.1.1" },
    { name: "b", address: ["2.2.2.2", "::1"] },
  ];
  it.each([
    ["commas, the twin", "name,address\na,1.1.1.1\nb,2.2.2.2 ::1\n"],
    ["semicolons", "name;address\na;1.1.1.1\nb;2.2.2.2, ::1\n"],
    ["semicolons and quotes", 'name;address\r\na;1.1.1.1\r\nb;"2.2.2.2;::1"\r\n'],
    ["tabs", "name\taddress\na\t1.1.1.1\nb\t2.2.2.2; ::1\n"],
    ["a byte order mark and a sep line", "\uFEFFsep=;\r\nName;IP Address\r\na;1.1.1.1\r\nb;2.2.2.2 ::1\r\n"],
    ["a sep line in quotes", '"sep=,"\nname,address\na,1.1.1.1\nb,"2.2.2.2,::1"\n'],
    ["a sep line of a sign of one's own", "sep=^\nname^address\na^1.1.1.1\nb^2.2.2.2 ::1\n"],
    ["headings in another case and order", " IP-ADDRESS ,Host Name\n1.1.1.1,a\n2.2.2.2 ::1,b\n"],
    ["a name and a host name", "Hostname,Name\n1.1.1.1,a\n2.2.2.2 ::1,b\n"],
    ["a column for each family", "FQDN;IPv4;IPv6 Address\na;1.1.1.1;\nb;2.2.2.2;::1\n"],
    ["empty columns at the end", "name,address,,\na,1.1.1.1,,\nb,2.2.2.2 ::1,,,,\n,,,\n"],
    ["an empty column in the middle", "name,,address\na,,1.1.1.1\nb,,2.2.2.2 ::1\n"],
    ["German headings", "Rechnername;IP-Adresse\na;1.1.1.1\nb;2.2.2.2 ::1\n"],
  ])("reads %s", (_, text) => expect(rowsOf(text)).toEqual(two));

  it("reads truth as spreadsheets of other languages write it, and words in any case", () => {
    expect(rowsOf("Name;Adresse;Ping;OS;Agent\na;x;WAHR;Linux;Pull\nb;y;FALSCH;WINDOWS;none\n")).toEqual([
      { name: "a", address: "x", ping: true, os: "linux", agent: "pull" },
      { name: "b", address: "y", ping: false, os: "windows", agent: "none" },
    ]);
  });

  it("finds the place of a cell behind a sep line", () => {
    const { rows, locate } = readHostTable("sep=;\nName;IP\na;1.1.1.1\n", "h.csv");
    expect(locate(rows[0]?.at ?? 0, "address").place).toEqual({ file: "h.csv", line: 3, column: 3, path: "address" });
  });

  it.each([
    ["a heading that means the same", "Name,IP,Address\n", ['h.csv:1:9: "Address" means the same column as "IP"']],
    ["two that are both names", "Host,Hostname,IP\n", ['h.csv:1:6: "Hostname" means the same column as "Host"']],
    ["text under no heading", "name,address,\na,b,c\n", ["h.csv:2:1: the header has 2 cells, this row 3"]],
    ["… in the middle", "name;;address\na;c;b\n", ["h.csv:2:3: this cell is in a column without a name"]],
    ["a row that is too short", "name;address;\na;\nb\n", ["h.csv:3:1: the header has 2 cells, this row 1"]],
  ])("says what is wrong: %s", (_, text, expected) => expect(problemsOf(text)).toEqual(expected));

  const ini = `this is an INI file, such as an Ansible inventory, not a table; the first line names the columns: name,address,site,os,agent,ping,special_agents,active_checks`;
  it.each([
    ["an inventory", "[web]\nweb01 ansible_host=10.0.0.1\n"],
    ["… with comments first", "# our hosts\r\n\r\n; more\r\n[web:children]\r\na\r\n"],
    ["… without groups", "web01 ansible_host=10.0.0.1 ansible_password=s3cret\n"],
    ["settings", "host = 10.0.0.1\npassword = s3cret\n"],
  ])("names %s", (_, text) => expect(problemsOf(text)).toEqual([`h.csv:1:1: ${ini}`]));

  it.each([
    ["/etc/shadow", "root:$6$s3cret:19000:0:99999:7:::\nbin:*:19000::::::\n"],
    ["a key", "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\n"],
    ["JSON", '{"token": "s3cret", "x": 1}\n'],
    ["words", "s3cret\n"],
    ["a list with commas", "s3cret,other,more\n"],
    ["an open quote", 's3cret "s3cret\n'],
    ["a quote in the middle", 'a,s3cret"s3cret\n'],
  ])("repeats nothing of a file that is no table: %s", (_, text) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toContain("s3cret");
  });

  it("never throws", () => {
    const texts = fc.string({ unit: fc.constantFrom(..."ab,;\"'\r\n\t \uFEFF"), maxLength: 40 });
    fc.assert(
      fc.property(texts, (text) => void problemsOf(`name,address\n${text}`)),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void problemsOf(text)));
  });
});
