import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programName, startChild } from "./child.ts";

const scratch = mkdtempSync(join(tmpdir(), "portmatrix-"));
const bundle = join(scratch, "child.mjs");
beforeAll(() => {
  const source = new URL("child.ts", import.meta.url).pathname;
  buildSync({ entryPoints: [source], bundle: true, format: "esm", platform: "node", outfile: bundle });
});
afterAll(() => rmSync(scratch, { recursive: true }));

/** Runs a program of its own that has `startChild` at hand, and gives what it printed. */
async function runApart(program: string, before = ":"): Promise<string> {
  const whole = `import { startChild } from ${JSON.stringify(bundle)};\n${program}`;
  const line = `${before}; exec "$0" --input-type=module -e "$1"`;
  return (await promisify(execFile)("sh", ["-c", line, process.execPath, whole])).stdout;
}

const runs = (pid: number) =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
async function isGone(pid: number): Promise<boolean> {
  for (let turn = 0; turn < 100 && runs(pid); turn++) await pause(20);
  return !runs(pid);
}

describe("startChild", () => {
  it("leaves nothing behind when this process exits at once", async () => {
    const printed = await runApart(`
      startChild(["sh", "-c", "trap '' TERM HUP; sleep 600 & echo $$ $!; wait"], (chunk) => {
        process.stdout.write(chunk, () => process.exit(130));
      }, process.env);`).catch((error: { stdout: string }) => error.stdout);
    const pids = printed.trim().split(" ").map(Number);
    expect(pids).toHaveLength(2);
    expect(await Promise.all(pids.map(isGone))).toEqual([true, true]);
  });

  it("gives its program the environment that it is told, and no other", async () => {
    let printed = "";
    const child = startChild(["/usr/bin/env"], (chunk) => (printed += Buffer.from(chunk).toString()), { A: "b" });
    await child.ended;
    expect(printed).toBe("A=b\n");
  });

  it("leaves nothing behind when this process is killed, whatever its programs ignore", async () => {
    const printed = await runApart(`
      startChild(["true"], () => {}, process.env);
      startChild(["sh", "-c", "trap '' TERM HUP; sleep 600 & echo $$ $!; while :; do sleep 1; done"], (chunk) => {
        process.stdout.write(chunk, () => setTimeout(() => process.kill(process.pid, "SIGKILL"), 200));
      }, process.env);`).catch((error: { stdout: string }) => error.stdout);
    const pids = printed.trim().split(" ").map(Number);
    expect(pids).toHaveLength(2);
    expect(await Promise.all(pids.map(isGone))).toEqual([true, true]);
  });

  it("ends what its program left running", async () => {
    let printed = "";
    const hear = (chunk: Uint8Array) => void (printed += Buffer.from(chunk).toString());
    const child = startChild(["sh", "-c", "sleep 600 & echo $!"], hear, process.env);
    expect(await child.ended).toBe("exit code 0");
    expect(await isGone(Number(printed))).toBe(true);
    await child.stop();
  });

  it("says so when no descriptor is left, and the process goes on", async () => {
    const printed = await runApart(
      `import { openSync } from "node:fs";
      try { for (;;) openSync("/dev/null"); } catch {}
      const child = startChild(["sh"], () => {}, process.env);
      child.send("exit");
      process.stdout.write(await child.ended);
      await child.stop();`,
      "ulimit -n 64",
    );
    expect(printed).toMatch(/^the program sh could not be started: this process has too many files open \(EMFILE\)/);
  });

  it("gives a chunk in each turn, so that a program that prints without end lets timers run", async () => {
    let perTurn = 0;
    let most = 0;
    const hear = () => {
      most = Math.max(most, ++perTurn);
      if (perTurn === 1) setImmediate(() => (perTurn = 0));
    };
    const child = startChild(["sh", "-c", "yes & yes"], hear, process.env);
    await pause(200);
    await child.stop({ eofMs: 0, termMs: 500 });
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(2); // one that was read before the pause
  });
});

it.each([
  ["ssh", "ssh"],
  ["/usr/bin/ssh", "ssh"],
  ["sshpass -p SECRET ssh", "sshpass"],
  ["/srv/bin/", "bin"],
])("programName shows of %s only %s", (program, name) => {
  expect(programName(program)).toBe(name);
});
