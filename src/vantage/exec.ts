import { type Environment, programName, startChild } from "./start/child.ts";
import { gapsOf } from "./messages/capabilities.ts";
import { openConversation } from "./conversation.ts";
import { openFarVantage } from "./far.ts";
import { type FarHello, type GreetOptions, type Listener, greet, interrupted } from "./start/greet.ts";
import { createLineSplitter } from "./messages/lines.ts";
import type { Hello } from "./messages/messages.ts";
import { powershellArguments } from "./start/powershell.ts";
import { type ShellRung, rungNames, rungs } from "./start/rungs.ts";
import type { Vantage } from "./vantage.ts";

export interface ExecOptions extends Omit<GreetOptions, "wanted"> {
  /** What may be used at the far end, best first; default all that there is a worker for. */
  wanted?: readonly ShellRung[] | undefined;
  /** Time on top of three deadlines after which an unanswered task is given up; default 20,000. */
  graceMs?: number;
  /** Called with a sentence about what the two versions do not know of each other, once for each kind. */
  onNote?: (sentence: string) => void;
  /** The far end is this machine. */
  isHere?: boolean;
  /** Environment of the program. */
  env: Environment;
}

/** A conversation at the far end, of either kind. */
interface Talk extends Omit<Vantage, "close" | "description"> {
  breakOff(cause: string): void;
  who: string;
}

/**
 * Opens a vantage point behind an argv prefix (`ip netns exec web01`, `ssh -T web01`, `docker exec -i web01`): runs
 * `PREFIX sh`, or PowerShell, and talks with a worker over its stdin and stdout. Orders, and with them secrets, travel over stdin only.
 * Rejects with an Error whose message is the cause in one line; whatever was started is gone by then. Of the prefix only
 * the program's name is ever shown, because a password may be in the rest.
 */
export async function openExec(prefix: readonly string[], options: ExecOptions): Promise<Vantage> {
  const { shell } = options;
  const [program = "sh", ...rest] = [...prefix, ...(shell === undefined ? ["sh"] : [shell, ...powershellArguments])];
  const shown = programName(program);
  if (options.signal.aborted) throw new Error(`${shown}: ${interrupted}`);
  const splitter = createLineSplitter();
  let listener: Listener | undefined;
  const hear = (chunk: Uint8Array) => {
    if (listener === undefined) return; // nobody wants to know any more
    for (const line of splitter.push(chunk)) listener?.onLine(line);
    listener?.onChunk?.(chunk.length);
  };
  const child = startChild([program, ...rest], hear, options.env);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= child.stop());
  const graceMs = options.graceMs ?? 20_000;
  const common = {
    send: child.send,
    onBroken: () => {
      listener = undefined;
      void close();
    },
  };
  const begin = (hello: Hello | FarHello): Listener & { talk: Talk } => {
    if (hello.type === "sockets") {
      const talk = openFarVantage({
        ...common,
        runtime: hello.runtime,
        patienceMs: graceMs,
        here: options.isHere === true ? { env: options.env } : undefined,
      });
      const who = `${rungNames[hello.runtime]} ${hello.version}`;
      return { onLine: talk.hear, talk: { ...talk, rung: hello.runtime, who } };
    }
    const isInstalled = hello.node === undefined;
    const who = `portmatrix ${hello.version}`;
    const onNote = options.onNote ?? (() => undefined);
    const talk = openConversation({ ...common, who, gaps: gapsOf(hello), graceMs, onNote });
    const rung = isInstalled ? "portmatrix" : "node";
    return { onLine: talk.hear, talk: { ...talk, rung, who: isInstalled ? who : `${who}, Node ${hello.node}` } };
  };
  const wanted = options.wanted ?? (options.readFarWorker === undefined ? (["portmatrix", "node"] as const) : rungs);
  let talk: Talk;
  try {
    talk = await greet(child, { ...options, wanted }, (next) => (listener = next), begin);
  } catch (error) {
    await child.stop({ eofMs: 0, termMs: 500 });
    throw new Error(`${shown}: ${(error as Error).message}`, { cause: error });
  }
  void child.ended.then((cause) => talk.breakOff(`the vantage point broke off (${shown}): ${cause}`));
  return {
    observe: talk.observe,
    rung: talk.rung,
    respond: talk.respond,
    listening: talk.listening,
    sendHop: talk.sendHop,
    inspect: talk.inspect,
    description: `${shown} (${talk.who})`,
    close: () => {
      talk.breakOff("the vantage point was closed");
      return close();
    },
  };
}
