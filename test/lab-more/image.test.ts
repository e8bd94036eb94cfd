import { writeFileSync, mkdtempSync, rmSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { start } from "../cli/program.ts";
import { topologyOf } from "../cli/topology.ts";

/** The program that lends an engine; `lab/engine-ci image` sets it, after it has built the image. */
const engine = process.env["LAB_ENGINE"];
const image = "portmatrix-image-under-test";
const why = engine === undefined ? " (skipped: lab/engine-ci image runs it)" : "";

describe.skipIf(engine === undefined)(`the container image${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "portmatrix-image-"));
  chmodSync(folder, 0o755);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const docker = (...words: string[]) => {
    const { LAB_DIR = "" } = process.env;
    return start([engine ?? "", "run", ...words], { env: { LAB_DIR } }).finished;
  };
  const run = (...words: string[]) => docker("run", "--rm", "--network", "host", ...words);

  it("runs as an ordinary user, without compiler, npm and Python", async () => {
    const inside = "id -u; for one in gcc make npm python3; do command -v $one; done; true";
    expect(await run("--entrypoint", "sh", image, "-c", inside)).toMatchObject({ code: 0, stdout: "1000\n" });
  });

  it("checks, with ICMP by a raw socket that the file capability allows", async () => {
    const topology = topologyOf([], { hosts: [{ name: "web01", address: "127.0.0.2", agent: "none", ping: true }] });
    writeFileSync(join(folder, "portmatrix.yaml"), JSON.stringify(topology));
    const args = ["check", "--only", "icmp", "--timeout", "2s", "--format", "json"];
    const { stdout, code } = await run("-v", `${folder}:/work:ro`, image, ...args);
    const { results } = JSON.parse(stdout) as { results: { verdict: string; evidence?: { method?: string } }[] };
    expect(results).toEqual([expect.objectContaining({ verdict: "pass" })]);
    expect(results[0]?.evidence?.method).toBe("raw-socket");
    expect(code).toBe(0);
    expect((await run(image, "doctor", "setup")).stdout).toContain("sent by a raw socket");
  });

  it("finds the faults of the demo, and says its version", async () => {
    expect((await run(image, "--version")).stdout).toMatch(/^\d+\.\d+\.\d+/);
    const demo = await run(image, "demo");
    expect(demo.code).toBe(0);
    expect(demo.stdout).not.toContain("MISSED");
  });
});
