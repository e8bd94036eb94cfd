import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startLab, type Lab } from "../../src/demo/lab.ts";
import type { Run } from "../../src/model/run/run.ts";

const run = promisify(execFile);
const bin = join(import.meta.dirname, "../../bin/portmatrix.cjs");
let lab: Lab;
let folder = "";
let live: Run;

/** The program in the folder of the lab; its exit code says what the matrix is, so it does not matter here. */
async function portmatrix(...words: string[]): Promise<string> {
  const ran = await run(process.execPath, [bin, ...words], { cwd: folder, env: { ...process.env, ...lab.env } }).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  );
  return ran.stdout === "" ? ran.stderr : ran.stdout;
}

beforeAll(async () => {
  lab = await startLab();
  folder = mkdtempSync(join(tmpdir(), "portmatrix-scripts-"));
  writeFileSync(join(folder, "all.yaml"), lab.topologyText);
  const without = lab.topologyText.replace(/^vantages:.*\n(?: .*\n|\n)*/m, "");
  writeFileSync(join(folder, "none.yaml"), without);
  live = JSON.parse(await portmatrix("check", "all.yaml", "--format", "json")) as Run;
  // The same run as if nobody could have sent anything.
  const unsent = { verdict: "skipped", reason: "no-vantage", proof: "none", evidence: {}, attempts: 0 };
  const seen = { vantage: undefined, outcome: undefined, rttMs: undefined };
  const results = live.results.map((result) => Object.assign({}, result, unsent, seen));
  const rest = { ...live, vantages: undefined };
  writeFileSync(join(folder, "empty.json"), JSON.stringify({ ...rest, topology: "none.yaml", results }));
}, 300_000);

afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

it("what Python brings is judged as a live run judges it, but for SNMP version 3", async () => {
  mkdirSync(join(folder, "scripts"));
  mkdirSync(join(folder, "fragments"));
  await portmatrix("script", "none.yaml", "--all", "--shell", "python", "--dir", "scripts");
  const nodes = [...new Set(live.results.map(({ from }) => from))];
  const env = { ...process.env, ...lab.env };
  for (const node of nodes)
    await run("python3", ["-I", "-S", `scripts/${node}.py`, "--out", `fragments/${node}.txt`], { cwd: folder, env });
  const merged = JSON.parse(
    await portmatrix("report", "empty.json", "--merge", "fragments", "--format", "json"),
  ) as Run;
  const told = ({ results }: Run) => new Map(results.map(({ id, verdict, reason }) => [id, `${verdict} ${reason}`]));
  const [wanted, got] = [told(live), told(merged)];
  const different = [...wanted].filter(([id, words]) => got.get(id) !== words).map(([id]) => id);
  expect(different).toEqual(["2.1/snmp/muc->rtr01/udp/20161"]);
  expect(merged.taken).toHaveLength(nodes.length);
  expect(merged.notes?.join(" ")).toContain("by a script");
}, 300_000);
