import { spawn } from "node:child_process";
import { createLastWords } from "./last-words.ts";
import { endGroup, signalGroup, startGroup } from "./process-groups.ts";

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
 * it started survives it, `stop` or this process (even a SIGKILL of it), Ctrl-C does not reach it before the run has ended in order, and a
 * program that wants to ask for a password fails instead of waiting for ever. Never throws; a program that cannot be
 * started has `ended`. `onOutput` gets one chunk in each turn of the event loop, however fast the program prints.
 */
export function startChild(
  argv: readonly [string, ...string[]],
  onOutput: (chunk: Uint8Array) => void,
  env: Environment,
): Child {
  const [program, ...args] = argv;
  let child: ReturnType<typeof spawnLeader>;
  try {
    child = startGroup(() => spawnLeader(program, args, env));
  } catch (error) {
    return notStarted(Promise.resolve(whyNotStarted(program, error as NodeJS.ErrnoException)));
  }
  const { pid: group, stdin, stdout, stderr } = child;
  if (group === undefined) {
    // The reason comes as an event; after EMFILE there are not even streams.
    return notStarted(new Promise((resolve) => child.once("error", (error) => resolve(whyNotStarted(program, error)))));
  }
  const lastWords = createLastWords();
  const ended = new Promise<string>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      endGroup(group);
      const how = signal === null ? `exit code ${code}` : `ended by ${signal}`;
      const words = lastWords.text();
      resolve(words === "" ? how : `${how}: ${words}`);
    };
    // Something it started may hold its output open for ever; then `close` never comes.
    let drain: ReturnType<typeof setTimeout> | undefined;
    child.on("exit", (code, signal) => (drain = setTimeout(end, drainMs, code, signal)));
    child.once("close", (code, signal) => {
      clearTimeout(drain);
      end(code, signal);
    });
  });
  stdout.on("data", (chunk: Uint8Array) => {
    // Otherwise Node reads on for megabytes before it looks at the clock again.
    stdout.pause();
    setImmediate(() => stdout.resume());
    onOutput(chunk);
  });
  stderr.on("data", (chunk: Uint8Array) => lastWords.push(chunk));
  stdin.on("error", () => undefined); // EPIPE: it has ended, and `ended` says why

  const endsWithin = (ms: number) =>
    new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, ms, false);
      void ended.then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  const stop = async ({ eofMs, termMs } = defaultPatience) => {
    stdin.end();
    if (!(await endsWithin(eofMs))) {
      signalGroup(group, "SIGTERM");
      if (!(await endsWithin(termMs))) signalGroup(group, "SIGKILL");
    }
    await ended;
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
  };

  return {
    send: (bytes) => {
      if (stdin.writable) stdin.write(bytes);
    },
    ended,
    lastWords: () => lastWords.text(),
    stop,
  };
}

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const spawnLeader = (program: string, args: string[], env: Environment) =>
  spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], detached: true, env: { ...env } });

const notStarted = (ended: Promise<string>): Child => ({
  send: () => undefined,
  ended,
  lastWords: () => "",
  stop: async () => void (await ended),
});

/** All that may be shown of a command: what comes after it may be a password, even if it was written as one word. */
const firstWord = (program: string): string => program.trim().split(/\s/)[0] ?? "";

/** The name of a program for people: without its directory, and never with an argument. */
export const programName = (program: string): string =>
  firstWord(program)
    .split("/")
    .findLast((part) => part !== "") ?? "";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "was not found",
  EACCES: "may not be executed, or a directory in PATH not read",
  EMFILE: "could not be started: this process has too many files open (EMFILE); raise `ulimit -n`",
  ENFILE: "could not be started: this machine has too many files open (ENFILE)",
  EAGAIN: "could not be started: this user or machine has too many processes (EAGAIN)",
};

function whyNotStarted(program: string, { code = "UNKNOWN" }: NodeJS.ErrnoException): string {
  const reason = reasons[code] ?? `could not be started (${code})`;
  const hint = /\s/.test(program.trim()) ? "; `exec` is a list with each word of the command by itself" : "";
  return `the program ${firstWord(program)} ${reason}${hint}`;
}
