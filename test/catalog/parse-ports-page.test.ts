import { describe, expect, it } from "vitest";
import { joinCell, parseEnglishPage, parseGermanPage, parseGridTable, stripMarkup } from "./parse-ports-page.ts";
import { readSpecPages, reasonToSkip } from "./spec-pages.ts";

describe("joinCell", () => {
  it.each([
    ["a number cut in two", ["2", "8250"], 4, "28250"],
    ["a number cut behind its slash", ["25", "/465", "/587"], 4, "25/465/587"],
    ["a word cut in three", ["P", "roto", "koll"], 4, "Protokoll"],
    ["words of their own", ["TCP", "und", "UDP"], 4, "TCP und UDP"],
    ["prose that fills the column", ["ab cd ef", "gh ij kl"], 8, "ab cd ef gh ij kl"],
    ["a link cut inside its text", ["[A", "gent](x#a)"], 10, "[Agent](x#a)"],
    ["a link that starts a word", ["via", "[abc](d#e)"], 10, "via [abc](d#e)"],
    ["blank lines under a short cell", ["Ping", "", ""], 10, "Ping"],
    ["an empty cell", ["", ""], 10, ""],
  ])("%s", (_what, lines, width, text) => {
    expect(joinCell(lines, width)).toBe(text);
  });
});

describe("stripMarkup", () => {
  it.each([
    ["[Agent](glossar.html#agent)", "Agent"],
    ["[Simple (SNMP)](glossar.html#snmp)", "Simple (SNMP)"],
    ['[Echtzeit](https://checkmk.com/werk/8350){target="_blank"}', "Echtzeit"],
    ["Regel [[Host Check Command]{.guihint}](hosts_setup.html#a) festlegen", "Regel Host Check Command festlegen"],
    ["Spooler (*notification spooler*)", "Spooler (notification spooler)"],
    ["`cmk-agent-ctl.exe`", "cmk-agent-ctl.exe"],
    ['(\\"Knoten\\")', '("Knoten")'],
  ])("%s", (markdown, text) => {
    expect(stripMarkup(markdown)).toBe(text);
  });
});

describe("parseGridTable", () => {
  it("reads a table with cut words, an empty cell and umlauts", () => {
    const table = [
      "+------+------+------------+--------------+",
      "| Port | P    | Name       | Mehr         |",
      "|      | roto |            |              |",
      "|      | koll |            |              |",
      "+======+======+============+==============+",
      "| 2    | TCP  |            | Über *(optio |",
      "| 8250 | und  |            | nal)* | Rohr |",
      "|      | UDP  |            |              |",
      "+------+------+------------+--------------+",
    ];
    expect(parseGridTable(table)).toEqual([
      ["Port", "Protokoll", "Name", "Mehr"],
      ["28250", "TCP und UDP", "", "Über (optio nal) | Rohr"],
    ]);
  });
});

describe("parseEnglishPage", () => {
  const page = (...paragraphs: string[]): string => paragraphs.join("\n\n");

  it("keeps a lost designation apart from the supplementary text, before a row and before a heading", () => {
    const text = page(
      "3.1. Remote",
      "PortProtocolName",
      "6558",
      "TCP",
      "Status (can be optionally enabled)",
      "80",
      "TCP",
      "HTTP",
      "Pages",
      "4. Next",
      "9",
      "UDP",
      "Last",
    );
    expect(parseEnglishPage(text)).toEqual([
      {
        id: "3.1",
        title: "Remote",
        rows: [
          { port: "6558", protocol: "TCP", name: "", optional: true },
          { port: "80", protocol: "TCP", name: "HTTP", optional: false },
        ],
      },
      { id: "4", title: "Next", rows: [{ port: "9", protocol: "UDP", name: "", optional: false }] },
    ]);
  });

  it("leaves prose behind a table alone", () => {
    const text = page("2.1. Host", "-", "ICMP", "Ping", "Seen by ping.", "Active checks use port 443.");
    expect(parseEnglishPage(text)).toEqual([
      { id: "2.1", title: "Host", rows: [{ port: "-", protocol: "ICMP", name: "Ping", optional: false }] },
    ]);
  });

  it.each([
    ["• SMTP to send mail (port 25, 465 or 587 TCP depending on the server)", "25/465/587", "TCP", "SMTP"],
    ["• DNS (port 53 UDP)", "53", "UDP", "DNS"],
    ["• LDAP authentication (port 389 TCP, as LDAPS on port 636 TCP)", "389/636", "TCP", "LDAP"],
  ])("reads the bullet %s", (bullet, port, protocol, name) => {
    expect(parseEnglishPage(page("7. Out", bullet))[0]?.rows).toEqual([{ port, protocol, name, optional: false }]);
  });

  it("refuses a bullet without a port, so that no row is lost in silence", () => {
    expect(() => parseEnglishPage(page("7. Out", "• HTTPS to the license server"))).toThrow(
      "not a row: • HTTPS to the license server",
    );
  });
});

describe("the two renderings", () => {
  const pages = readSpecPages(process.env);

  it.for([
    { language: "en", total: 28, perSection: { "2.1": 3, "2.2": 6, "3.1": 5, "3.2": 3, 4: 2, 5: 1, 6: 4, 7: 4 } },
    { language: "de", total: 29, perSection: { "2.1": 3, "2.2": 6, "3.1": 5, "3.2": 3, 4: 2, 5: 1, 6: 4, 7: 5 } },
  ] as const)("the $language rendering has $total rows", ({ language, total, perSection }, ctx) => {
    const reason = reasonToSkip(pages, process.env);
    if (reason !== undefined || "missing" in pages) return ctx.skip(reason);
    const parse = language === "en" ? parseEnglishPage : parseGermanPage;
    const filled = parse(pages[language]).filter(({ rows }) => rows.length > 0);
    expect(Object.fromEntries(filled.map(({ id, rows }) => [id, rows.length]))).toEqual(perSection);
    expect(filled.flatMap(({ rows }) => rows)).toHaveLength(total);
  });
});

describe("reasonToSkip", () => {
  const missing = { missing: "/nowhere" };
  const words = "the two renderings of the Ports page are not in /nowhere";

  it("gives no reason when the pages are there", () => {
    expect(reasonToSkip({ en: "", de: "" }, { CI: "true" })).toBeUndefined();
  });

  it.each([{}, { CI: "" }, { CI: "false" }])("gives the reason outside CI: %o", (env) => {
    expect(reasonToSkip(missing, env)).toBe(words);
  });

  it.each([{ CI: "true" }, { CI: "1" }, { PORTMATRIX_SPEC: "/nowhere" }])(
    "fails where the pages must be: %o",
    (env) => {
      expect(() => reasonToSkip(missing, env)).toThrow(words);
    },
  );
});
