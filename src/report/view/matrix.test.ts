import { describe, expect, it } from "vitest";
import { answer, observed, outcomes } from "../../../test/cases/judge-case.ts";
import { make, mixed, runOf, type Story, thousand } from "../../../test/cases/report-run.ts";
import { cellText } from "./cell.ts";
import { matricesOf } from "./matrix.ts";

const at = (address: string, kind: keyof typeof outcomes) => observed([answer(outcomes[kind], {}, address)]);
const texts = (stories: readonly Story[]) =>
  matricesOf(runOf(stories)).map(({ columns, rows }) => ({
    columns: columns.map(({ heading }) => heading.join(" ")),
    rows: rows.map(({ label, cells }) => [
      label,
      ...cells.map((cell) => (cell === undefined ? "" : `${cell.verdict} ${cellText(cell)}`)),
    ]),
  }));

describe("matricesOf", () => {
  it("has a row for each pair, a column for each requirement by port, and blanks", () => {
    expect(
      texts([
        [make.agent("web10", "10.0.2.10"), at("10.0.2.10", "open")],
        [make.ping("web2", "10.0.2.2"), at("10.0.2.2", "silent")],
        [make.snmp("web2", "10.0.2.2"), at("10.0.2.2", "refused")],
      ]),
    ).toEqual([
      {
        columns: ["SNMP 161/udp", "Agent 6556/tcp", "Ping icmp"],
        rows: [
          ["cmk → web2", "fail refused", "", "fail no answer"],
          ["cmk → web10", "", "pass open", ""],
        ],
      },
    ]);
  });

  it("shows the worst of several flows in a cell, and how many are like it", () => {
    const sites = [8000, 8001, 8002].map((port) => make.register("web01", port));
    const [a, b, c] = sites as [(typeof sites)[0], (typeof sites)[0], (typeof sites)[0]];
    const open = at("10.0.0.5", "open");
    expect(
      texts([
        [a, open],
        [b, open],
        [c, open],
      ])[0],
    ).toEqual({
      columns: ["Register 3 ports/tcp"],
      rows: [["web01 → cmk", "pass open x3"]],
    });
    expect(
      texts([
        [a, open],
        [b, at("10.0.0.5", "refused")],
        [c, open],
      ])[0]?.rows,
    ).toEqual([["web01 → cmk", "fail refused 1/3"]]);
  });

  it("counts an alternative within a cell as met, and only then", () => {
    const mail = (ok: boolean): Story[] => [
      [make.smtp(25), at("192.0.2.25", "silent")],
      [make.smtp(587), at("192.0.2.25", ok ? "open" : "silent")],
    ];
    expect(texts(mail(true))[0]?.rows).toEqual([["cmk → mail.example.com", "pass open"]]);
    expect(texts(mail(false))[0]?.rows).toEqual([["cmk → mail.example.com", "fail no answer x2"]]);
  });

  it("says in the heading that a port must be blocked", () => {
    expect(texts([[make.blocked("web01", "cmk", "10.0.0.5", 22), at("10.0.0.5", "open")]])[0]).toEqual({
      columns: ["22/tcp must block"],
      rows: [["web01 → cmk", "fail open"]],
    });
  });

  it("leaves out sections without flows and keeps the order of the document", () => {
    expect(matricesOf(mixed()).map(({ id }) => id)).toEqual(["2.1", "2.2", "3.1", "7", "extra"]);
    expect(matricesOf(runOf([])).length).toBe(0);
  });
});

describe("collapse", () => {
  const labels = (count: number, kindOf: (n: number) => keyof typeof outcomes) =>
    texts(
      Array.from({ length: count }, (_, n): Story => [
        make.ping(`h${n + 1}`, `10.0.2.${n + 1}`),
        at(`10.0.2.${n + 1}`, kindOf(n + 1)),
      ]),
    )[0]?.rows.map(([label]) => label);

  it("keeps up to twelve rows as they are", () => {
    expect(labels(12, () => "open")).toHaveLength(12);
    expect(labels(13, () => "open")).toEqual(["cmk → 13 hosts (h1 … h13)"]);
  });

  it("lists failing rows by name up to a limit", () => {
    expect(labels(20, (n) => (n > 16 ? "silent" : "open"))).toEqual([
      "cmk → 16 hosts (h1 … h16)",
      "cmk → h17",
      "cmk → h18",
      "cmk → h19",
      "cmk → h20",
    ]);
    expect(labels(20, (n) => (n > 10 ? "silent" : "open"))).toEqual([
      "cmk → 10 hosts (h1 … h10)",
      "cmk → h11",
      "cmk → h12",
      "cmk → h13",
      "cmk → 7 more (h14 … h20)",
    ]);
  });

  it("gathers by target where the sources differ", () => {
    const rows = matricesOf(thousand()).map(({ rows }) => rows.length);
    expect(rows).toEqual([9, 1]);
    expect(matricesOf(thousand())[1]?.rows[0]?.label).toBe("1,000 hosts (h0001 … h1000) → cmk");
  });
});
