import { existsSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { readWorkbook, rowsOf } from "../cases/read-workbook.ts";
import { portmatrix, start, bin } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const sandbox = useSandbox();
const company = "examples/company/topology.yaml";
const filled = (row: Record<string, string>) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== ""));
const listed = new Set(["source", "source addresses", "destination", "destination addresses"]);

it("a workbook of a plan has its rules, notes and flows, and says what the CSVs say", async () => {
  const files = { xlsx: sandbox.path("p.xlsx"), rules: sandbox.path("r.csv"), flows: sandbox.path("f.csv") };
  const formats = [`xlsx=${files.xlsx}`, `firewall=${files.rules}`, `csv=${files.flows}`];
  const ran = await portmatrix(["plan", company, ...formats.flatMap((one) => ["--format", one])]);
  expect(ran).toEqual(expect.objectContaining({ code: 0, stdout: "", stderr: "" }));
  const sheets = readWorkbook(files.xlsx);
  expect(sheets.map(({ name }) => name)).toEqual(["Rules", "Notes", "Flows"]);
  const csv = (file: string) =>
    (parse(readFileSync(file, "utf8"), { columns: true }) as Record<string, string>[]).map(filled);
  const [rules, notes, flows] = sheets.map(rowsOf);
  expect(flows).toEqual(csv(files.flows));
  const oneLine = (row: Record<string, string>) =>
    Object.entries(row).map(([title, value]) => [title, listed.has(title) ? value.replaceAll("\n", " ") : value]);
  const ends = (rows: Record<string, string>[] | undefined) =>
    rows?.map((row) =>
      oneLine(row).filter(([title]) => listed.has(title ?? "") || title === "rule" || title === "port"),
    );
  expect(ends(rules)).toEqual(ends(csv(files.rules)));
  expect(notes?.map(({ subject }) => subject)).toContain("in no rule");
  for (const { cells, frozen, filtered } of sheets) {
    expect(frozen).toBe("A2");
    expect(filtered).toMatch(new RegExp(`^A1:[A-Z]${cells.length}$`));
  }
});

it("rule numbers and ports are numbers, all else is text", async () => {
  const file = sandbox.path("r.xlsx");
  await portmatrix(["request", company, "--format", `xlsx=${file}`]);
  const [rules, notes, ...others] = readWorkbook(file);
  expect([rules?.name, notes?.name, others]).toEqual(["Rules", "Notes", []]);
  const columnOf = (place: string) => place.replace(/\d+/, "");
  const titles = new Map(rules?.cells[0]?.map(({ place, value }) => [columnOf(place), value]));
  const numbers = rules?.cells.slice(1).flatMap((row) => row.filter(({ type }) => type === "n")) ?? [];
  expect(new Set(numbers.map(({ place }) => titles.get(columnOf(place))))).toEqual(new Set(["rule", "port"]));
  expect(numbers.every(({ value }) => /^\d+$/.test(value))).toBe(true);
});

it("foreign text is text, whatever it begins with and whatever it is called", async () => {
  const whys = ['=HYPERLINK("http://evil","x")', "+1+1", "-1", "@SUM(A1)", "_x0041_ <b>&amp;</b> ü 🦊", "__proto__"];
  const requirements = whys.map((why, at) => ({ from: "constructor", to: "cmk", tcp: 9000 + at, why }));
  const topology = {
    server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
    hosts: [{ name: "constructor", address: "10.0.2.1", agent: "none", ping: false }],
    requirements,
  };
  const file = sandbox.path("h.xlsx");
  const ran = await portmatrix(["plan", sandbox.write("t.json", topology), "--format", `xlsx=${file}`, "--no-group"]);
  expect(ran.code).toBe(0);
  const sheets = readWorkbook(file);
  const cells = sheets.flatMap((sheet) => sheet.cells.flat());
  expect(cells.filter(({ isFormula }) => isFormula)).toEqual([]);
  for (const why of whys) {
    const found = cells.filter(({ value }) => value === why.replace("_x0041_", "_x005F_x0041_"));
    expect([why, found.length]).toEqual([why, 2]); // among the rules and among the flows
    for (const { type, isQuoted } of found)
      expect([why, type, isQuoted]).toEqual([why, "inlineStr", /^[=+\-@]/.test(why)]);
  }
  expect(
    sheets.flatMap(rowsOf).filter((row) => row["source"] === "constructor" || row["from"] === "constructor").length,
  ).toBeGreaterThanOrEqual(2 * whys.length);
});

it("the same request gives the same bytes, at any time of day and anywhere", async () => {
  const [here, there] = [sandbox.path("a.xlsx"), sandbox.path("b.xlsx")];
  await portmatrix(["request", company, "--format", `xlsx=${here}`]);
  await portmatrix(["request", company, "--format", `xlsx=${there}`], { env: { TZ: "Asia/Tokyo" } });
  expect(readFileSync(there).equals(readFileSync(here))).toBe(true);
});

it.each(["plan", "request"])("%s: a workbook never goes to stdout, nor to a terminal", async (command) => {
  const bare = await portmatrix([command, company, "--format", "xlsx"]);
  expect(bare).toMatchObject({ code: 2, stdout: "" });
  expect(bare.stderr).toMatch(/^[^\n]*"xlsx" is not text and needs a file: --format xlsx=FILE\.xlsx\n$/);
  const line = `${process.execPath} ${bin} ${command} ${company} --format xlsx=/dev/stdout`;
  const terminal = await start(["script", "-qec", line, "/dev/null"]).finished;
  expect(terminal.code).toBe(2);
  expect(terminal.stdout).toMatch(/^[^\n]*cannot write "\/dev\/stdout": it is a terminal\r?\n$/);
});

it("nothing is left where the workbook cannot be written", async () => {
  const file = sandbox.path("none/r.xlsx");
  const ran = await portmatrix(["request", company, "--format", `xlsx=${file}`]);
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toContain("there is no directory");
  expect(existsSync(file)).toBe(false);
});

it("the link of a rule with a requirement of the topology is the document's alone, with no blank or line around it", async () => {
  const topology = {
    server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
    hosts: [{ name: "web01", address: "10.0.2.1", ping: false }],
    requirements: [
      { from: "server", to: "web01", tcp: 6556, service: "checkmk-agent", why: "our own" }, // beside the document's
      { from: "server", to: "web01", tcp: 9000, why: "our own" }, // alone
    ],
  };
  const files = { xlsx: sandbox.path("l.xlsx"), csv: sandbox.path("l.csv") };
  const formats = Object.entries(files).flatMap(([format, file]) => ["--format", `${format}=${file}`]);
  const ran = await portmatrix(["request", sandbox.write("l.json", topology), ...formats]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  const rows = parse(readFileSync(files.csv, "utf8"), { columns: true }) as Record<string, string>[];
  const sheet = readWorkbook(files.xlsx).slice(0, 1).flatMap(rowsOf);
  for (const all of [rows, sheet]) {
    const linkOf = (port: string) => all.find((row) => row["port"] === port)?.["link"] ?? "";
    expect(linkOf("6556")).toMatch(/^https:\/\/docs\.checkmk\.com\/\S+$/);
    expect(linkOf("9000")).toBe("");
  }
});
