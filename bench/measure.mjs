// One run of one whole process, from its start to its end.
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { worldDirectory } from "./world/private-world.mjs";

const longestRunMs = 300_000;

/**
 * Runs a command and gives its wall time in milliseconds, its peak resident memory in megabytes (GNU time, %M), the
 * processor time that it used in milliseconds, its exit code and what it printed.
 */
export async function measure(argv, env = {}) {
  const timing = join(worldDirectory, "timing");
  rmSync(timing, { force: true });
  const startedAt = performance.now();
  const child = spawn("/usr/bin/time", ["-q", "-f", "%M %U %S", "-o", timing, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    timeout: longestRunMs,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const wallMs = performance.now() - startedAt;
  if (code === null) throw new Error(`${argv.join(" ")} did not end within ${longestRunMs} ms`);
  const [peakKb, user, system] = readFileSync(timing, "utf8").trim().split(" ").map(Number);
  return { wallMs, peakMb: peakKb / 1024, cpuMs: (user + system) * 1000, code, stdout, stderr };
}
