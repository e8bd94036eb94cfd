import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import { usePowershell } from "../cases/powershell.ts";
import { portmatrix } from "../cli/program.ts";
import { refusal } from "../lab/driver.ts";

const reason = refusal();
const folder = mkdtempSync(join(tmpdir(), "portmatrix-recipes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const page = readFileSync(new URL("../../docs/fleets.md", import.meta.url), "utf8");
const recipes = page.match(/^(?:docker (?:exec|run)|kubectl (?:exec|debug)) .*$/gm) ?? [];

/**
 * In place of an engine: it takes its options, gives the command its own file system for /tmp and a network with nothing but
 * loopback, and hands standard input, output and the exit code through, as `exec -i` does. It is no container.
 */
const engine = `#!/bin/sh
shift
while [ $# -gt 0 ]; do case $1 in --network) shift 2 ;; -*=* | -i | --rm) shift ;; *) break ;; esac; done
shift
while :; do case $1 in -*) shift ;; *) break ;; esac; done
exec unshare --mount --net sh -c 'mount -t tmpfs tmpfs /tmp && ip link set lo up && exec "$@"' sh "$@"
`;

const why = reason === undefined ? "" : ` (skipped: ${reason})`;
describe.skipIf(reason !== undefined)(`the recipes for containers of docs/fleets.md${why}`, () => {
  usePowershell();
  beforeAll(async () => {
    for (const name of ["bin", "scripts", "fragments"]) mkdirSync(join(folder, name));
    for (const name of ["docker", "kubectl"]) {
      writeFileSync(join(folder, "bin", name), engine);
      chmodSync(join(folder, "bin", name), 0o755);
    }
    const server = { name: "cmk", address: "127.0.0.1", sites: [{ name: "main" }] };
    const hosts = ["web", "win"].map((name) => ({ name, address: "192.0.2.9", agent: "none", ping: false }));
    const requirements = ["web", "win"].map((from) => ({ from, to: "cmk", tcp: 7001 }));
    writeFileSync(join(folder, "t.json"), JSON.stringify({ catalog: "checkmk/2.3", server, hosts, requirements }));
    for (const [node, shell, end] of [
      ["web", "sh", "sh"],
      ["win", "powershell", "ps1"],
    ] as const) {
      const out = join(folder, "scripts", `${node}.${end}`);
      const words = ["script", join(folder, "t.json"), "--from", node, "--shell", shell, "--out", out];
      const { code, stderr } = await portmatrix([...words]);
      if (code !== 0) throw new Error(stderr);
    }
  });

  it("are five", () => expect(recipes).toHaveLength(5));

  it.each(recipes)("%s", { timeout: 60_000 }, async (recipe) => {
    const env = { PATH: `${join(folder, "bin")}:${process.env["PATH"]}`, HOME: folder };
    const ran = spawnSync("sh", ["-c", recipe], { cwd: folder, encoding: "utf8", env });
    expect([ran.status, ran.stdout]).toEqual([0, ""]);
    const fragment = /fragments\/\w+\.txt/.exec(recipe)?.[0] ?? "";
    const words = ["check", join(folder, "t.json"), "--section", "extra", "--format", "json", "--merge"];
    const { stdout } = await portmatrix([...words, join(folder, fragment)]);
    const { results } = JSON.parse(stdout) as Run;
    expect(results.filter(({ takenAt }) => takenAt !== undefined).map((one) => one.reason)).toEqual([
      "connection-refused",
    ]);
  });
});
