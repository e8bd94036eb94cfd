import { readFileSync } from "node:fs";
import { beforeEach, expect, it } from "vitest";
import { useListeners } from "./listeners.ts";
import { portmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const { closedPort } = useListeners();
const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
const uri = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;

beforeEach(async () => {
  const requirement = { from: "cmk", to: "cmk", tcp: await closedPort(), service: "none" };
  const report = { title: "Acceptance", customer: "Example Ltd", logo: "logo.svg" };
  sandbox.write("t.json", topologyOf([requirement], { hosts: [], report, vantages: { cmk: "local" } }));
  sandbox.write("logo.svg", svg);
});

const run = (...args: string[]) => portmatrix(args, { cwd: sandbox.path(".") });
const check = (...args: string[]) =>
  run("check", "t.json", "--section", "extra", "--timeout", "1s", "--quiet", "--format", "json=run.json", ...args);
const record = () => JSON.parse(readFileSync(sandbox.path("run.json"), "utf8")) as { report?: object };

it("the topology's head is in the run record, the logo as the picture itself; options come first", async () => {
  expect(await check()).toMatchObject({ code: 1, stderr: "" });
  expect(record().report).toEqual({ title: "Acceptance", customer: "Example Ltd", logo: uri });
  await check("--report-title", "Second try", "--author", "A. Engineer");
  expect(record().report).toMatchObject({ title: "Second try", customer: "Example Ltd", author: "A. Engineer" });
});

it("a saved run keeps its head, and report can replace it", async () => {
  await check();
  const { stdout } = await run("report", "run.json", "--format", "html", "--customer", "Other <Ltd>");
  expect(stdout).toContain(`src="${uri}"`);
  expect(stdout).toContain("Acceptance</p>");
  expect(stdout).toContain("Other &lt;Ltd>");
  expect(stdout).not.toContain("Example Ltd");
});

it.each([
  [["--logo", "none.png"], "none.png: there is no such file\n"],
  [["--logo", "t.json"], "t.json: this is no PNG, JPEG or SVG; name a logo in one of these formats\n"],
  [["--author", "x".repeat(121)], "--author: expected a text of 1 to 120 characters\n"],
])("%j is an input error, and nothing is sent", async (args, stderr) => {
  expect(await check(...args)).toMatchObject({ code: 2, stderr });
});

it("a logo of the topology that is not there is an error at its line", async () => {
  sandbox.write("logo.svg", "<svg><script/></svg>");
  const { code, stderr } = await check();
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^t\.json:\d+:\d+: report\.logo: logo\.svg: this SVG has the element script; save it as plain SVG\n$/,
  );
});
