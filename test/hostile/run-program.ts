import { type ChildProcess, spawn } from "node:child_process";

/** What a program left that was started in a trial. */
export interface Ended {
  argv: readonly string[];
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: Buffer;
  stderr: Buffer;
  /** It did not end within its bound, and was killed. */
  hung: boolean;
}

export interface RunOptions {
  cwd: string;
  env?: Readonly<Record<string, string>>;
  /** Longest time that it may take, in milliseconds. */
  boundMs: number;
  /** The shell around the program has helpers of its own, which end with it. */
  hasHelpers?: boolean;
  /** Called when it runs; for signals, and for streams that are closed. */
  meanwhile?: (child: ChildProcess) => void;
}

const mostOutputBytes = 64 * 1024 * 1024;

/** Runs a program without a shell to its end, or to its bound, in a process group of its own. */
export function runProgram(argv: readonly string[], options: RunOptions): Promise<Ended> {
  const { cwd, env = {}, boundMs, hasHelpers = false, meanwhile } = options;
  const [program = "", ...args] = argv;
  const child = spawn(program, args, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const read = (stream: typeof child.stdout): Buffer[] => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= mostOutputBytes) chunks.push(chunk);
    });
    return chunks;
  };
  const [stdout, stderr] = [read(child.stdout), read(child.stderr)];
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    killGroup(child.pid);
  }, boundMs);
  meanwhile?.(child);
  return new Promise((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(timer);
      if (hasHelpers) killGroup(child.pid);
      resolve({ argv, code, signal, hung, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) });
    };
    child.once("error", () => end(127, null));
    child.once("exit", (code, signal) => {
      // A child of it may hold the pipes; what it left is a complaint of its own, and must not hang the campaign.
      const drained = setTimeout(() => end(code, signal), 2_000);
      child.once("close", () => {
        clearTimeout(drained);
        end(code, signal);
      });
    });
  });
}

function killGroup(group: number | undefined): void {
  try {
    if (group !== undefined) process.kill(-group, "SIGKILL");
  } catch {
    // it has ended in the meantime
  }
}
