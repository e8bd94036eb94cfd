import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The root of the checkout. */
export const root = fileURLToPath(new URL("../../", import.meta.url));
/** The program as npm installs it: `portmatrix` is a link to this file. */
export const bin = `${root}bin/portmatrix.cjs`;
if (!existsSync(`${root}dist/cli.cjs`)) {
  throw new Error("dist/cli.cjs is missing: these tests run the built program, so call `npm run build` first");
}

/** What a finished program left. `code` is null after a signal. */
export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface StartOptions {
  cwd?: string;
  /** On top of PATH, HOME, TMPDIR and a UTF-8 locale; nothing else is inherited, so NO_COLOR and others cannot leak in. */
  env?: Record<string, string>;
  /** Standard input; without it there is none. */
  input?: string;
}

/** Starts any program without a shell; `finished` resolves when it has ended and its output is read. */
export function start(
  argv: readonly string[],
  { cwd = root, env = {}, input = "" }: StartOptions = {},
): { child: ChildProcessWithoutNullStreams; finished: Promise<Finished> } {
  const [program = "", ...args] = argv;
  const { PATH = "", HOME = "/", TMPDIR = "/tmp" } = process.env;
  const child = spawn(program, args, { cwd, env: { PATH, HOME, TMPDIR, LANG: "C.UTF-8", ...env } });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on("error", () => undefined); // the program ended without reading its input
  child.stdin.end(input);
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
  return { child, finished };
}

/** Starts portmatrix with these arguments. */
export function startPortmatrix(args: readonly string[], options?: StartOptions): ReturnType<typeof start> {
  return start([process.execPath, bin, ...args], options);
}

/** Runs portmatrix to its end. A stack trace in its output is never acceptable, whatever a test is about. */
export async function portmatrix(args: readonly string[], options?: StartOptions): Promise<Finished> {
  const ran = await startPortmatrix(args, options).finished;
  const trace = stackTraceIn(ran.stdout + ran.stderr);
  if (trace !== undefined) throw new Error(`portmatrix ${args.join(" ")} showed a stack trace:\n${trace}`);
  return ran;
}

/** The first line of a stack trace of Node in a text, if there is one. */
export function stackTraceIn(text: string): string | undefined {
  return /^\s+at .*(?::\d+:\d+\)?|<anonymous>\)?)$/m.exec(text)?.[0];
}
