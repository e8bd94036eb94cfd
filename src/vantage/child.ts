import { spawn } from "node:child_process";
import { createLastWords } from "./last-words.ts";

/** A running program with its three streams. */
export interface Child {
  /** Writes to its stdin; silently nothing once that is closed, because `ended` tells the cause. */
  send(bytes: string | Uint8Array): void;
  /** Resolves, once the program has ended, with the reason in one line: exit code or signal and its last words. */
  ended: Promise<string>;
  /** The end of what it printed to stderr, as one line. */
  lastWords(): string;
  /** Ends it: end of input, then SIGTERM, then SIGKILL to it and all that it started. Resolves when it is gone. */
  stop(patience?: { eofMs: number; termMs: number }): Promise<void>;
}

/** How long output that is still on its way is waited for after the program's exit, in milliseconds. */
const drainMs = 500;
const defaultPatience = { eofMs: 2000, termMs: 1000 };

/**
 * Starts a program without a shell and without a terminal, as the leader of a process group of its own: so nothing that
 * it started survives `stop`, Ctrl-C does not reach it before the run has ended in order, and a program that wants to
 * ask for a password fails instead of waiting for ever. Never throws; a program that cannot be started has `ended`.
 */
export function startChild(argv: readonly [string, ...string[]], onOutput: (chunk: Uint8Array) => void): Child {
  const [program, ...args] = argv;
  const lastWords = createLastWords();
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve(whyNotStarted(program, error));
    });
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      const how = signal === null ? `exit code ${code}` : `ended by ${signal}`;
      const words = lastWords.text();
      resolve(words === "" ? how : `${how}: ${words}`);
    };
    // Something it started may hold its output open for ever; then `close` never comes.
    let drain: ReturnType<typeof setTimeout> | undefined;
    child.on("exit", (code, signal) => (drain = setTimeout(end, drainMs, code, signal)));
    child.on("close", (code, signal) => {
      clearTimeout(drain);
      end(code, signal);
    });
  });
  child.stdout.on("data", onOutput);
  child.stderr.on("data", (chunk: Uint8Array) => lastWords.push(chunk));
  child.stdin.on("error", () => undefined); // EPIPE: it has ended, and `ended` says why

  const signalGroup = (signal: "SIGTERM" | "SIGKILL") => {
    if (child.pid === undefined) return;
    try {
      // oxlint-disable-next-line no-restricted-globals -- Node has no other call that reaches a process group
      process.kill(-child.pid, signal);
    } catch {
      // ESRCH: nobody is left in the group.
    }
  };
  const endsWithin = (ms: number) =>
    new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, ms, false);
      void ended.then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  const stop = async ({ eofMs, termMs } = defaultPatience) => {
    child.stdin.end();
    if (!(await endsWithin(eofMs))) {
      signalGroup("SIGTERM");
      await endsWithin(termMs);
    }
    signalGroup("SIGKILL");
    await ended;
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  };

  return {
    send: (bytes) => {
      if (child.stdin.writable) child.stdin.write(bytes);
    },
    ended,
    lastWords: () => lastWords.text(),
    stop,
  };
}

function whyNotStarted(program: string, error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return `the program ${program} was not found`;
  if (error.code === "EACCES") return `the program ${program} may not be executed, or a directory in PATH not read`;
  return `the program ${program} could not be started: ${error.message}`;
}
