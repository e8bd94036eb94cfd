import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { expectGolden } from "./golden.ts";
import { portmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const sandbox = useSandbox();
const company = "examples/company/topology.yaml";

it("the whole plan is asked for, and all formats say the same", async () => {
  const files = { csv: sandbox.path("r.csv"), html: sandbox.path("r.html") };
  const formats = ["markdown", `csv=${files.csv}`, `html=${files.html}`].flatMap((one) => ["--format", one]);
  const ran = await portmatrix(["request", company, ...formats]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expectGolden("test/cli/golden/request/company.md", ran.stdout);
  const html = readFileSync(files.html, "utf8");
  expectGolden("test/cli/golden/request/company.html", html);
  expect(html).not.toMatch(/<script|https?:\/\/(?!docs\.checkmk\.com)/);
  const csv = readFileSync(files.csv, "utf8");
  expectGolden("test/cli/golden/request/company.csv", csv);
  const rows = parse(csv, { columns: true }) as Record<string, string>[];
  expect(ran.stdout.match(/^\| \d+ \|/gm)).toHaveLength(rows.length);
  expect((await portmatrix(["request", company, "--needed"])).stdout).toBe(ran.stdout);
  expect((await portmatrix(["plan", company, "--format", "firewall"])).stdout).toBe(csv);
});

it("--no-group has a row for each source, address and port", async () => {
  const grouped = await portmatrix(["plan", company, "--format", "firewall"]);
  const single = await portmatrix(["plan", company, "--format", "firewall", "--no-group"]);
  const [few, many] = [grouped, single].map(
    ({ stdout }) => parse(stdout, { columns: true }) as Record<string, string>[],
  );
  expect(many?.length).toBeGreaterThan(few?.length ?? 0);
  expect(many?.every((row) => !row["destination addresses"]?.includes(" "))).toBe(true);
});

it("--bom begins CSV with the mark, and nothing else", async () => {
  const csv = await portmatrix(["request", company, "--format", "csv", "--bom"]);
  expect(csv.stdout.startsWith("\uFEFFrule,")).toBe(true);
  expect((await portmatrix(["plan", company, "--format", "csv", "--bom"])).stdout.startsWith("\uFEFFsection,")).toBe(
    true,
  );
  expect((await portmatrix(["request", company, "--bom"])).stdout.startsWith("# ")).toBe(true);
});

it("narrows as plan does", async () => {
  const { stdout } = await portmatrix(["request", company, "--from", "cmk", "--only", "6556", "--section", "2.1"]);
  expect(stdout).toContain("6556/tcp");
  expect(stdout).not.toMatch(/\| 161\/udp|\| muc/);
});

describe("hostile texts", () => {
  const topology = {
    server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
    hosts: [{ name: "web01", address: "10.0.2.1", agent: "none", ping: false }],
    requirements: [{ from: "web01", to: "cmk", tcp: 99, why: '=HYPERLINK("x")|<img src=x> `a` [b](http://c)\n@all' }],
  };
  it("are text in every format", async () => {
    const file = sandbox.write("t.json", topology);
    const show = async (format: string) =>
      (await portmatrix(["request", file, "--only", "99", "--format", format])).stdout;
    expect(await show("csv")).toContain(`"'=HYPERLINK(""x"")|<img`);
    expect(await show("html")).toContain("&lt;img");
    expect(await show("html")).not.toContain("<img");
    const markdown = await show("markdown");
    expect(markdown).not.toMatch(/<img|[^\\]\[b\]\(|@all/);
    expect(markdown.split("\n").filter((line) => line.startsWith("| 1 |"))).toHaveLength(1);
  });
});

it("--failing asks for what a firewall may have made fail, with evidence, and names the rest", async () => {
  const example = "examples/firewall-change/topology.yaml";
  const base = {
    section: "extra",
    short: "x",
    service: "x",
    expect: "open",
    attempts: 2,
    proof: "inferred",
    message: "x",
  };
  const result = (from: string, to: string, address: string, port: number, more: object) => ({
    ...base,
    id: `extra/tcp-${port}/${from}->${to}/tcp/${port}`,
    requirement: `tcp-${port}`,
    from,
    to,
    address,
    protocol: "tcp",
    port,
    evidence: {},
    verdict: "fail",
    reason: "no-answer",
    ...more,
  });
  const agent = {
    ...result("cmk", "db01", "10.0.2.9", 6556, { outcome: "refused", reason: "connection-refused" }),
    id: "2.1/agent/cmk->db01/tcp/6556",
  };
  const run = {
    format: 1,
    tool: { name: "portmatrix", version: "1" },
    startedAt: "2026-11-20T20:00:00.000Z",
    durationMs: 1,
    catalog: { product: "checkmk", version: "2.3", title: "t", url: "https://example.com" },
    stage: "live",
    sections: [],
    summary: { verdict: "fail", pass: 0, warn: 0, fail: 2, unknown: 0, error: 0, skipped: 0 },
    results: [
      agent,
      result("cmk", "db01", "10.0.2.9", 5432, {
        outcome: "prohibited",
        reason: "administratively-prohibited",
        evidence: { reporter: "10.0.9.1", icmpCode: "3/13" },
      }),
    ],
  };
  const file = sandbox.write("run.json", run);
  const ran = await portmatrix(["request", example, "--failing", file]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expectGolden("test/cli/golden/request/failing.md", ran.stdout);
  expect(ran.stdout).toContain("prohibited by 10.0.9.1 (ICMP 3/13), 2026-11-20 20:00 UTC, 1 flow");
  expect(ran.stdout).toContain("2.1/agent/cmk-&gt;db01/tcp/6556");
});

it("--needed and --failing exclude each other", async () => {
  const ran = await portmatrix(["request", company, "--needed", "--failing", "run.json"]);
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toContain("--needed");
});
