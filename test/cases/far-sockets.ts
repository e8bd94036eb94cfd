import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type FarTalk, openFarTalk } from "../../src/sockets/far/talk.ts";
import { createLineSplitter } from "../../src/vantage/messages/lines.ts";

const commands = {
  python: ["python3", "-I", "-S", "sockets.py"],
  perl: ["perl", "sockets.pl"],
  bash: ["bash", "sockets.sh"],
  powershell: ["pwsh", "-NoProfile", "-NonInteractive", "-File", "sockets.ps1"],
} as const;
export type WorkerName = keyof typeof commands;

/** A worker that is nothing but sockets, started on this machine, and the talk with it. */
export interface FarWorker extends FarTalk {
  /** Ends the worker's input, and resolves when it has ended. */
  end: () => Promise<number | null>;
}

/** Starts a worker as its own process, as a vantage point has it. */
export async function startFarWorker(name: WorkerName, before: readonly string[] = []): Promise<FarWorker> {
  const [program, ...args] = [...before, ...commands[name]];
  const cwd = fileURLToPath(new URL("../../worker/", import.meta.url));
  const child = spawn(program ?? "", args, {
    cwd,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, PATH: `/usr/bin:/bin:${process.env["PATH"]}`, LC_ALL: "C" },
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdin.on("error", () => undefined);
  const talk = openFarTalk({
    send: (line) => void child.stdin.write(line),
    hasEcho: name !== "bash",
    onBroken: () => child.stdin.end(),
    quietPatienceMs: 5_000,
  });
  const { push } = createLineSplitter();
  await new Promise<void>((resolve) => {
    let isGreeted = false;
    child.stdout.on("data", (chunk: Buffer) => {
      for (const line of push(chunk)) {
        if (isGreeted) talk.hear(line);
        else if (line?.startsWith('{"type":"sockets"') === true) {
          isGreeted = true;
          resolve();
        }
      }
    });
  });
  const end = () => {
    talk.breakOff("the test is over");
    return ended;
  };
  return { ...talk, end };
}
