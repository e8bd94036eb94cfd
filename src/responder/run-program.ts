import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { variablesFor } from "../model/machine/child-variables.ts";
import type { InspectionPart } from "../model/inspection.ts";

/** Where programs of the system are looked for, whatever PATH says: ordinary users often lack /usr/sbin. */
const places = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"] as const;
/** Most that is taken of one program or file, in bytes, and how long a program may take. */
export const mostBytes = 480 * 1024;
const programMs = 5_000;

/** Where a program is; absent where it is not. */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const place of places) {
    const path = join(place, name);
    if (await access(path, constants.X_OK).then(yes, no)) return path;
  }
  return undefined;
}
const yes = () => true;
const no = () => false;

/** Runs a program with these arguments, without a shell and without input, and gives what it prints. */
export function runProgram(
  path: string,
  argv: readonly string[],
): Promise<Pick<InspectionPart, "state"> & { output: Buffer }> {
  return new Promise((resolve) => {
    const own = { PATH: places.join(":"), LC_ALL: "C" };
    const child = spawn(path, argv, {
      env: { ...variablesFor("inspection", {}), ...own },
      stdio: ["ignore", "pipe", "pipe"],
      cwd: "/",
    });
    const chunks: Buffer[] = [];
    const words: Buffer[] = [];
    let bytes = 0;
    let wordBytes = 0;
    let state: InspectionPart["state"] = "read";
    const stop = (why: InspectionPart["state"]) => {
      state = why;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => stop("late"), programMs);
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) stop("long");
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      wordBytes += chunk.length;
      if (wordBytes <= 400) words.push(chunk);
    });
    child.once("error", () => {
      clearTimeout(timer);
      resolve({ state: "absent", output: Buffer.alloc(0) });
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      if (state !== "read") return resolve({ state, output: Buffer.alloc(0) });
      if (code === 0) return resolve({ state, output: Buffer.concat(chunks) });
      resolve({ state: "failed", output: Buffer.concat([...words, ...chunks]).subarray(0, 400) });
    });
  });
}
