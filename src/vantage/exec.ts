import { framed, shellScript } from "./bootstrap.ts";
import { type Child, type Environment, programName, startChild } from "./child.ts";
import { gapsOf } from "./capabilities.ts";
import { type Conversation, openConversation } from "./conversation.ts";
import { createLineSplitter } from "./lines.ts";
import type { Hello } from "./messages.ts";
import { protocolVersion } from "./protocol.ts";
import { readGreeting } from "./read-report.ts";
import { createLastWords } from "./last-words.ts";
import type { Vantage } from "./vantage.ts";

export interface ExecOptions {
  /** The worker as one CommonJS file (`dist/agent.cjs`); streamed where portmatrix is not installed. */
  agentSource: string | Uint8Array;
  /** How long it may take until the worker says hello. */
  openTimeoutMs: number;
  /** Time on top of three deadlines after which an unanswered task is given up; default 20,000. */
  graceMs?: number;
  /** Called with a sentence about what the two versions do not know of each other, once for each kind. */
  onNote?: (sentence: string) => void;
  /** Environment of the program. */
  env: Environment;
  /** Ends the opening; after that, `close` ends the vantage point. */
  signal: AbortSignal;
}

const oldestNode = "20.19";
const interrupted = "the run was interrupted";

/** Banners and messages of the day are short; what prints more than this before the hello is not a shell. */
const mostNoiseBytes = 256 * 1024;

/** Hears what the far end prints: each line, and after each chunk how many bytes it had. */
interface Listener {
  onLine(line: string | undefined): void;
  onChunk?(bytes: number): void;
}

/**
 * Opens a vantage point behind an argv prefix (`ip netns exec web01`, `ssh -T web01`, `docker exec -i web01`): runs
 * `PREFIX sh` and talks with a worker over its stdin and stdout. Orders, and with them secrets, travel over stdin only.
 * Rejects with an Error whose message is the cause in one line; whatever was started is gone by then. Of the prefix only
 * the program's name is ever shown, because a password may stand in the rest.
 */
export async function openExec(prefix: readonly string[], options: ExecOptions): Promise<Vantage> {
  const [program = "sh", ...rest] = [...prefix, "sh"];
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
  const talkWith = (hello: Hello): Conversation =>
    openConversation({
      send: child.send,
      who: `portmatrix ${hello.version}`,
      gaps: gapsOf(hello),
      graceMs: options.graceMs ?? 20_000,
      onBroken: () => {
        listener = undefined;
        void close();
      },
      onNote: options.onNote ?? (() => undefined),
    });
  let hello: Hello;
  let conversation: Conversation;
  try {
    [hello, conversation] = await greet(child, options, (next) => (listener = next), talkWith);
  } catch (error) {
    await child.stop({ eofMs: 0, termMs: 500 });
    throw new Error(`${shown}: ${(error as Error).message}`, { cause: error });
  }
  void child.ended.then((cause) => conversation.breakOff(`the vantage point broke off (${shown}): ${cause}`));
  return {
    observe: conversation.observe,
    description: `${shown} (portmatrix ${hello.version}${hello.node === undefined ? "" : `, Node ${hello.node}`})`,
    close: () => {
      conversation.breakOff("the vantage point was closed");
      return close();
    },
  };
}

/** From the script to the hello: sends the worker if it is asked for, and says in one line why there is no hello. */
function greet(
  child: Child,
  { agentSource, openTimeoutMs, signal }: ExecOptions,
  listen: (listener: Listener | undefined) => void,
  talkWith: (hello: Hello) => Conversation,
): Promise<[Hello, Conversation]> {
  const noise = createLastWords();
  let noiseBytes = 0;
  let isWorkerSent = false;
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      act();
    };
    const fail = (cause: string) => {
      listen(undefined);
      settle(() => reject(new Error(cause)));
    };
    const abort = () => fail(interrupted);
    const said = () => {
      const words = [child.lastWords(), noise.text()].filter((text) => text !== "").join(" / ");
      return words === "" ? "" : `; it said: ${words}`;
    };
    const timer = setTimeout(() => fail(`no worker answered within ${openTimeoutMs} ms${said()}`), openTimeoutMs);
    signal.addEventListener("abort", abort, { once: true });

    const onLine = (line: string | undefined) => {
      const greeting = line === undefined ? undefined : readGreeting(line);
      // One that asks again for what it was sent is none of ours.
      if (greeting === undefined || (greeting.type === "bootstrap" && isWorkerSent)) noise.push(`${line ?? ""}\n`);
      else if (greeting.type === "bootstrap") {
        isWorkerSent = true;
        child.send(framed(typeof agentSource === "string" ? new TextEncoder().encode(agentSource) : agentSource));
      } else if (greeting.type === "refused") fail(refusal(greeting));
      else if (greeting.protocol !== protocolVersion) {
        fail(`portmatrix ${greeting.version} there speaks protocol ${greeting.protocol}, not ${protocolVersion}`);
      } else {
        const conversation = talkWith(greeting);
        listen({ onLine: conversation.hear }); // what follows in the same chunk is for it already
        settle(() => resolve([greeting, conversation]));
      }
    };
    const onChunk = (bytes: number) => {
      noiseBytes += bytes;
      if (noiseBytes <= mostNoiseBytes) return;
      fail(`it printed more than ${mostNoiseBytes / 1024} KiB and no worker answered${said()}`);
    };
    listen({ onLine, onChunk });
    void child.ended.then((cause) => {
      const words = noise.text();
      settle(() => reject(new Error(words === "" ? cause : `${cause}; before that it said: ${words}`)));
    });
    child.send(shellScript);
  });
}

function refusal(greeting: Extract<ReturnType<typeof readGreeting>, { type: "refused" }>): string {
  switch (greeting.cause) {
    case "no-node":
      return `there is neither portmatrix nor Node there: install Node ${oldestNode} or newer`;
    case "old-node":
      return `Node ${greeting.node} there is too old: install Node ${oldestNode} or newer`;
    case "bad-bundle":
      return `the worker could not be started there: ${greeting.detail}`;
  }
}
