import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { runSchema, type Run } from "../../src/model/run/run.ts";
import { committedSchema } from "./documents.ts";
import { useListeners } from "./listeners.ts";
import { portmatrix, start, type Finished } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const { tcp, udp, closedPort } = useListeners();

let checked: Finished;
let run: Run;
/** A run with a pass, a failure, an unknown and skipped flows, in every format at once. */
beforeEach(async () => {
  const [open, mute, closed] = await Promise.all([tcp(), udp("mute"), closedPort()]);
  const required = [
    { from: "cmk", to: "web01", tcp: open.port },
    { from: "cmk", to: "web01", tcp: closed },
    { from: "cmk", to: "web02", udp: mute.port },
    { from: "web02", to: "cmk", tcp: open.port },
  ];
  sandbox.write("t.json", topologyOf(required));
  const formats = ["table", "json=run.json", "junit=run.xml", "markdown=run.md"].flatMap((one) => ["--format", one]);
  const args = ["check", "t.json", "--timeout", "400ms", ...formats];
  checked = await portmatrix(args, { cwd: sandbox.path(".") });
  run = runSchema.parse(JSON.parse(readFileSync(sandbox.path("run.json"), "utf8")));
});

describe("json", () => {
  it("fits the committed JSON Schema, which refuses what does not", () => {
    const record = committedSchema("run");
    expect(record.safeParse(run)).toMatchObject({ success: true });
    expect(record.safeParse({ ...run, format: 2 })).toMatchObject({ success: false });
    expect(record.safeParse({ ...run, extra: true })).toMatchObject({ success: false });
  });

  it("has its results in the order of their ids, and all of them", () => {
    const ids = run.results.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
    const { verdict, ...counts } = run.summary;
    expect(verdict).toBe("fail");
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(ids.length);
    expect(new Set(run.results.map((result) => result.verdict))).toEqual(
      new Set(["pass", "fail", "unknown", "skipped"]),
    );
  });

  it("advises wherever it is not a pass, and nowhere else", () => {
    for (const { id, verdict, advice } of run.results)
      expect([id, advice === undefined]).toEqual([id, verdict === "pass"]);
  });
});

describe("report of the saved run", () => {
  it("prints the table that check printed, and ends with the same code", async () => {
    const reported = await portmatrix(["report", "run.json"], { cwd: sandbox.path(".") });
    expect(reported).toEqual(checked);
    expect(checked.code).toBe(1);
  });

  it.each([
    ["json", "run.json"],
    ["junit", "run.xml"],
    ["markdown", "run.md"],
  ])("prints the %s that check wrote", async (format, file) => {
    const reported = await portmatrix(["report", "run.json", "--format", format], { cwd: sandbox.path(".") });
    expect(reported).toMatchObject({ code: 1, stderr: "", stdout: readFileSync(sandbox.path(file), "utf8") });
  });
});

describe("junit", () => {
  it("is well-formed XML whose counts are those of the run", async () => {
    const xml = readFileSync(sandbox.path("run.xml"), "utf8");
    expect(unbalancedIn(xml)).toEqual([]);
    const count = (pattern: RegExp): number => [...xml.matchAll(pattern)].length;
    expect(count(/<testcase /g)).toBe(run.results.length);
    expect(count(/<failure[ >]/g)).toBe(run.summary.fail);
    expect(count(/<error[ >]/g)).toBe(run.summary.unknown + run.summary.error);
    expect(count(/<skipped[ />]/g)).toBe(run.summary.skipped);
  });

  it("is accepted by xmllint", async (context) => {
    const isThere = (await start(["sh", "-c", "command -v xmllint"]).finished).code === 0;
    if (!isThere && process.env["PORTMATRIX_REQUIRE_NET"] !== "1") context.skip("xmllint is missing");
    expect(await start(["xmllint", "--noout", sandbox.path("run.xml")]).finished).toMatchObject({
      code: 0,
      stderr: "",
    });
    const broken = sandbox.write("broken.xml", "<testsuites><testsuite></testsuites>");
    expect((await start(["xmllint", "--noout", broken]).finished).code).not.toBe(0);
  });

  it("the check for balance finds what is wrong", () => {
    expect(unbalancedIn("<a><b/></a>")).toEqual([]);
    expect(unbalancedIn("<a><b></a>")).toEqual(["b is not closed before </a>"]);
    expect(unbalancedIn("<a>")).toEqual(["a is never closed"]);
  });
});

describe("markdown", () => {
  it("has one table row for each result that the table has a cell for, with as many cells as its head", () => {
    const rows = readFileSync(sandbox.path("run.md"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("|"));
    expect(rows.length).toBeGreaterThan(3);
    let width = 0;
    for (const [at, row] of rows.entries()) {
      const cells = row.replaceAll("\\|", "").split("|").length;
      if (rows[at + 1]?.match(/^\|(?: ?:?-+:? ?\|)+$/)) width = cells;
      expect([row, cells]).toEqual([row, width]);
    }
  });
});

/** Tags of an XML text that are not closed in order. */
function unbalancedIn(xml: string): string[] {
  const open: string[] = [];
  const problems: string[] = [];
  for (const [, closing = "", name = "", empty = ""] of xml.matchAll(/<(\/?)([A-Za-z][\w-]*)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (closing === "" && empty === "") open.push(name);
    if (closing === "") continue;
    while (open.length > 0 && open.at(-1) !== name) problems.push(`${open.pop()} is not closed before </${name}>`);
    open.pop();
  }
  return [...problems, ...open.map((name) => `${name} is never closed`)];
}

describe("ndjson", () => {
  const lines = (text: string) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const opinions = (records: readonly Record<string, unknown>[]) =>
    records
      .flatMap(({ id, verdict, reason, message }) =>
        id === undefined ? [] : [[id, verdict, reason, message].join(" ")],
      )
      .map((opinion) => opinion.replaceAll(/\d+(\.\d+)? ms/g, "N ms"))
      .toSorted();

  it("alone, when it forgets what it has written, says and ends what the record says", async () => {
    const [open, closed] = await Promise.all([tcp(), closedPort()]);
    const required = [
      { from: "cmk", to: "web01", tcp: open.port },
      { from: "cmk", to: "web01", tcp: closed },
      { from: "cmk", to: "web02", tcp: open.port, expect: "blocked" as const },
      { from: "web02", to: "cmk", tcp: open.port },
    ];
    sandbox.write("t.json", topologyOf(required));
    const check = (...formats: string[]) =>
      portmatrix(["check", "t.json", "--timeout", "400ms", ...formats.flatMap((one) => ["--format", one])], {
        cwd: sandbox.path("."),
      });
    const alone = await check("ndjson");
    const beside = await check("ndjson=run.ndjson", "json=other.json");
    const record = runSchema.parse(JSON.parse(readFileSync(sandbox.path("other.json"), "utf8")));
    expect(alone).toMatchObject({ code: 1, stderr: "" });
    expect(beside).toMatchObject({ code: 1, stderr: "" });
    const written = lines(alone.stdout);
    expect(opinions(written)).toEqual(opinions(record.results));
    expect(opinions(written)).toEqual(opinions(lines(readFileSync(sandbox.path("run.ndjson"), "utf8"))));
    expect(written.at(-1)).toMatchObject({ type: "summary", ...record.summary });
  });
});
