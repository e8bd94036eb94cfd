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

  it("checks another container over a network of their own: TCP and ICMP, and a port that is closed", async () => {
    const [network, peer] = ["portmatrix-image-test", "portmatrix-image-test-peer"];
    const serve = 'require("net").createServer(() => undefined).listen(7000)';
    const onNetwork = ["--network", network, "--ip", "10.213.99.9"];
    try {
      await docker("network", "create", "--subnet", "10.213.99.0/24", network);
      await docker("run", "-d", "--rm", "--name", peer, ...onNetwork, "--entrypoint", "node", image, "-e", serve);
      const web01 = { name: "web01", address: "10.213.99.9", agent: "none", ping: true };
      const required = [7000, 7001].map((tcp) => ({ from: "cmk", to: "web01", tcp }));
      const topology = topologyOf(required, { hosts: [web01] });
      writeFileSync(join(folder, "portmatrix.yaml"), JSON.stringify(topology));
      const args = ["check", "--only", "web01", "--format", "json"];
      const least = ["--cap-drop", "ALL", "--cap-add", "NET_RAW", "--read-only", "-v", `${folder}:/work:ro`];
      const { stdout, code } = await docker("run", "--rm", "--network", network, ...least, image, ...args);
      const { results } = JSON.parse(stdout) as { results: { port?: number; reason: string }[] };
      const reasonAt = (port?: number) => results.find((result) => result.port === port)?.reason;
      const seen = [reasonAt(), reasonAt(7000), reasonAt(7001), code];
      expect(seen).toEqual(["echo-reply", "handshake-completed", "connection-refused", 1]);
    } finally {
      await docker("rm", "-f", peer);
      await docker("network", "rm", network);
    }
  });

  it("has the size that the documents say", async () => {
    const { stdout } = await docker("image", "inspect", "--format", "{{.Size}}", image);
    const base = await docker("image", "inspect", "--format", "{{.Size}}", "debian:bookworm-slim");
    const megabytes = (Number(stdout) - Number(base.stdout)) / 1e6;
    expect(megabytes).toBeGreaterThan(100);
    expect(megabytes).toBeLessThan(200);
  });

  it("finds the faults of the demo, and says its version", async () => {
    expect((await run(image, "--version")).stdout).toMatch(/^\d+\.\d+\.\d+/);
    const demo = await run(image, "demo");
    expect(demo.code).toBe(0);
    expect(demo.stdout).not.toContain("MISSED");
  });
});
