// Makes dist/compiled.bin, the code that V8 has compiled when common commands have run: see bin/load-compiled.cjs. Each
// command starts from what those before it left, so that in the end all of their functions are in. The check asks two
// ports of 127.0.0.1. Run after bundle-cli.mjs. Nothing is made for a Node that keeps compiled code itself.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const topology = `catalog: checkmk/2.4
server: { name: cmk, address: 127.0.0.1, sites: [{ name: main }] }
hosts:
  - { name: web01, address: 127.0.0.1, agent: none, ping: false }
requirements:
  - { from: server, to: hosts, tcp: [6556, 8000], service: none }
vantages: { cmk: local }
`;

const root = fileURLToPath(new URL("..", import.meta.url));
const file = join(root, "dist/compiled.bin");
rmSync(file, { force: true });
if (nodeModule.enableCompileCache === undefined) make();

function make() {
  const { thisNode } = nodeModule.createRequire(import.meta.url)("../bin/load-compiled.cjs");
  const empty = Buffer.from(`....${JSON.stringify({ madeBy: thisNode, places: {} })}`, "latin1");
  empty.writeUInt32LE(empty.length - 4);
  writeFileSync(file, empty);

  const work = mkdtempSync(join(tmpdir(), "portmatrix-compiled-"));
  try {
    const [t, run] = [join(work, "t.yaml"), join(work, "run.json")];
    writeFileSync(t, topology);
    const commands = [
      ["check", t, "--section", "extra", "--timeout", "300ms", "--format", `json=${run}`, "--format", "table"],
      ["plan", t],
      ["report", run],
      ["--help"],
    ];
    const { NODE_OPTIONS: _, ...env } = process.env; // V8 takes the code only with the flags it was made with
    for (const command of commands) {
      const argv = ["-r", join(root, "build/record-compiled.cjs"), join(root, "bin/portmatrix.cjs"), ...command];
      const { status, stderr } = spawnSync(process.execPath, argv, {
        env,
        encoding: "utf8",
        stdio: ["ignore", "ignore", "pipe"],
      });
      if (status !== 0 && status !== 1) throw new Error(`${command.join(" ")} ended with ${status}: ${stderr}`);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  if (statSync(file).size < 100_000) throw new Error("build/compiled.mjs: no code was recorded");
}
