import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { Answer } from "../../src/model/outcome.ts";
import type { ProbeSpec, Task } from "../../src/model/task.ts";
import type { Lab } from "./lab.ts";

/** What a vantage point behind a command saw, by task id; or why it could not be opened. */
export type SeenThere = { description: string; observations: Record<string, Answer> } | { error: string };

/** Root itself without any capability. */
export const withoutCapabilities = ["setpriv", "--inh-caps=-all", "--securebits=+noroot"] as const;

/** What an ordinary user has: no capability, in any of the labs. */
export const ordinaryUser = ({ privileged }: Pick<Lab, "privileged">): string[] =>
  privileged
    ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
    : [...withoutCapabilities];

/** Where a program really is: what is found first may be a script that looks for it. */
function realPath(program: string): string {
  // One of the system's own, which an ordinary user may run.
  const usual = `/usr/bin/${program}`;
  if (program !== "node" && existsSync(usual)) return usual;
  const said = { python3: "import sys; print(sys.executable)", perl: "print $^X" }[program];
  const flag = program === "python3" ? "-c" : "-e";
  if (said !== undefined) return execFileSync(program, [flag, said], { encoding: "utf8" }).trim();
  if (program === "node") return process.execPath;
  return execFileSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim();
}

/** Makes a directory with these programs alone, and gives the command by which a node has nothing else. */
export async function onlyWith(lab: Lab, name: string, programs: readonly string[]): Promise<string[]> {
  const directory = join(lab.dir, name);
  await lab.run(["mkdir", "-p", directory]);
  for (const program of ["sh", ...programs]) {
    const real = program === "sh" ? "/bin/sh" : realPath(program);
    await lab.run(["ln", "-sf", real, join(directory, program)]);
  }
  await lab.run(["chmod", "-R", "a+rX", lab.dir]);
  return ["env", "-i", `PATH=${directory}`];
}

/** Carries out tasks at vantage points in a node, one place after the other. */
export async function observeBehind(
  lab: Lab,
  places: Readonly<Record<string, readonly string[] | { prefix: readonly string[]; shell: "pwsh" }>>,
  tasks: readonly Task[],
): Promise<Record<string, SeenThere>> {
  const program = fileURLToPath(new URL("observe-behind.mjs", import.meta.url));
  const ran = await lab.run([process.execPath, program], { input: JSON.stringify({ places, tasks }) });
  if (ran.code !== 0) throw new Error(`${ran.stderr}${ran.stdout}`);
  return JSON.parse(ran.stdout) as Record<string, SeenThere>;
}

export const taskOf = (id: string, target: string, probe: ProbeSpec, timeoutMs = 2_000): Task => ({
  id,
  target,
  timeoutMs,
  probe,
});
