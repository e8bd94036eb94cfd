import { setMaxListeners } from "node:events";
import { explainError } from "./commands/explain-error.ts";
import { conclude, undeliveredTo } from "./commands/output/output.ts";
import { hasDrafts, removeDrafts, watchDrafts } from "./commands/output/output-file.ts";
import { buildProgram } from "./commands/program.ts";
import { readAll } from "./commands/read-stdin.ts";
import { readVersion } from "./commands/shipped-files.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./commands/surroundings.ts";
import { escapeUnseenByLine } from "./model/text/printable.ts";

const version = readVersion();
const abort = new AbortController();
/** Commands that end a run themselves when the signal is aborted, with what they have; any other ends at once. */
const endsItself = new Set(["demo", "agent"]);
/** These do so while they probe or listen. What they read, plan and judge may take long, and no handler is needed there. */
const endsItselfWhileProbing = new Set(["check", "doctor", "listen", "trace"]);

const surroundings: Surroundings = {
  out: (text) => void process.stdout.write(text, noteStdout),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  readStdin: () => readAll(process.stdin as AsyncIterable<Uint8Array>),
  signal: abort.signal,
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns,
  terminal: () => ({ columns: process.stdout.columns, rows: process.stdout.rows }),
  version,
  node: process.versions.node,
  ...(endsItselfWhileProbing.has(process.argv[2] ?? "") ? { onProbing: followRun } : {}),
  onChild: followChild,
  ...(process.getuid === undefined ? {} : { identity: { isRoot: () => process.getuid?.() === 0, become } }),
};

/** Gives rights up in the order that works: nobody without them may change groups. */
function become({ uid, gid }: { uid: number; gid: number }): void {
  process.setgroups?.([]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

let stdoutFailure: Error | undefined;
let isHungUp = false;

/**
 * Notes that standard output cannot be written. Files still are. Each write asks, because the event "error" comes later
 * than the callback of the last write.
 */
function noteStdout(error: NodeJS.ErrnoException | null | undefined): void {
  if (error === null || error === undefined) return;
  surroundings.out = () => {};
  if (error.code !== "EPIPE" && !isHungUp) stdoutFailure ??= error; // the reader, e.g. head(1), has seen enough
}

/** Writes an error to stderr. It may quote an argument, a file or another program, so each line is made safe to show. */
function sayMistake(text: string): void {
  surroundings.err(escapeUnseenByLine(text));
}

/**
 * How the process ends: on signals, and when nobody reads its output any more. A command that probes is told of a signal
 * and ends with what it has; the second one does not wait for the report. Any other ends at once whatever it computes,
 * and so does a check before and after it probes, as the system does it with who has no handler: one of ours would wait
 * until the computing is over. Only while a file is being written there is a handler, which removes the draft.
 */
function followProcess(): void {
  if (endsItself.has(process.argv[2] ?? "")) followRun(true);
  else watchDrafts(followDrafts);
  process.once("exit", removeDrafts);
  process.stdout.on("error", noteStdout);
  process.stderr.on("error", () => undefined); // there is no place left to say it, and the exit code stays that of the run
}

const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const setHandlers = (are: "on" | "off", handler: (signal: NodeJS.Signals) => void): void =>
  endingSignals.forEach((signal) => process[are](signal, handler));
const followDrafts = (areOpen: boolean): void => setHandlers(areOpen ? "on" : "off", endNow);

/** A run that was told to end is followed to its end: what it knows is wanted, and a terminal may say twice that it closes. */
function followRun(isProbing: boolean): void {
  if (!isProbing && abort.signal.aborted) return;
  if (hasDrafts()) followDrafts(!isProbing);
  watchDrafts(isProbing ? () => {} : followDrafts);
  setHandlers(isProbing ? "on" : "off", endRun);
}

function endRun(signal: NodeJS.Signals): void {
  // A terminal that is closed may say so twice, once itself and once through its shell, and takes no output any more.
  if (signal === "SIGHUP") isHungUp = true;
  else if (abort.signal.aborted) endNow();
  abort.abort();
}

/** A program that was started for a moment ends with the signal, too: the abort kills it. A run that is followed does so itself. */
function followChild(isRunning: boolean): void {
  if (!process.listeners("SIGINT").includes(endRun)) setHandlers(isRunning ? "on" : "off", endNow);
}

function endNow(): never {
  abort.abort();
  process.exit(exitCodes.interrupted);
}

// Each refused connection is an Error; without its stack, which is shown only on request, a check takes a fifth less time.
if (!surroundings.env["PORTMATRIX_DEBUG"]) Error.stackTraceLimit = 0;
setMaxListeners(0, abort.signal); // every vantage point and every running probe listens
followProcess();
void main();

/** A function, because the program in one file is a CommonJS script, which cannot wait at its top. */
async function main(): Promise<void> {
  let code: ExitCode = exitCodes.ok;
  try {
    const isAsked = process.stdin.isTTY === true && process.stderr.isTTY === true;
    const person = isAsked ? { input: process.stdin, output: process.stderr } : undefined;
    const program = buildProgram({ surroundings, finish: (result) => void (code = result), worker: process, person });
    await program.parseAsync();
  } catch (error) {
    const explained = explainError(error, { showsStack: Boolean(surroundings.env["PORTMATRIX_DEBUG"]) });
    if (explained.text !== "") sayMistake(`${explained.text}\n`);
    code = explained.code;
  }
  // A name server that is dead holds its thread for many seconds after the report is out, so nobody waits for it.
  process.stdout.write("", (error) => {
    noteStdout(error);
    const undelivered = stdoutFailure === undefined ? [] : [undeliveredTo(undefined, stdoutFailure)];
    code = conclude(code, undelivered, surroundings);
    process.stderr.write("", () => process.exit(code));
  });
}
