import { framed, shellScript } from "./bootstrap.ts";
import { type Child, startChild } from "./child.ts";
import { type Conversation, openConversation } from "./conversation.ts";
import { createLineSplitter } from "./lines.ts";
import { type Hello, protocolVersion } from "./protocol.ts";
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
  /** Ends the opening; after that, `close` ends the vantage point. */
  signal: AbortSignal;
}

const oldestNode = "20.19";

/**
 * Opens a vantage point behind an argv prefix (`ip netns exec web01`, `ssh -T web01`, `docker exec -i web01`): runs
 * `PREFIX sh` and talks with a worker over its stdin and stdout. Orders, and with them secrets, travel over stdin only.
 * Rejects with an Error whose message is the cause in one line; whatever was started is gone by then.
 */
export async function openExec(prefix: readonly string[], options: ExecOptions): Promise<Vantage> {
  const [program = "sh", ...rest] = [...prefix, "sh"];
  const splitter = createLineSplitter();
  let onLine: (line: string | undefined) => void = () => undefined;
  const child = startChild([program, ...rest], (chunk) => {
    for (const line of splitter.push(chunk)) onLine(line);
  });
  const conversation = openConversation(child.send, options.graceMs ?? 20_000);
  const shown = prefix.length === 0 ? "sh" : prefix.join(" ").slice(0, 80);
  let hello: Hello;
  try {
    hello = await greet(child, options, (listener) => (onLine = listener), conversation);
  } catch (error) {
    await child.stop({ eofMs: 0, termMs: 500 });
    throw new Error(`${shown}: ${(error as Error).message}`, { cause: error });
  }
  void child.ended.then((cause) => conversation.breakOff(`the vantage point broke off (${shown}): ${cause}`));
  let closing: Promise<void> | undefined;
  return {
    observe: conversation.observe,
    description: `${shown} (portmatrix ${hello.version}${hello.node === undefined ? "" : `, Node ${hello.node}`})`,
    close: () => {
      conversation.breakOff("the vantage point was closed");
      return (closing ??= child.stop());
    },
  };
}

/** From the script to the hello: sends the worker if it is asked for, and says in one line why there is no hello. */
function greet(
  child: Child,
  { agentSource, openTimeoutMs, signal }: ExecOptions,
  listen: (listener: (line: string | undefined) => void) => void,
  conversation: Conversation,
): Promise<Hello> {
  const noise = createLastWords();
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      act();
    };
    const fail = (cause: string) => settle(() => reject(new Error(cause)));
    const abort = () => fail("the run was interrupted");
    const said = () => {
      const words = [child.lastWords(), noise.text()].filter((text) => text !== "").join(" / ");
      return words === "" ? "" : `; it said: ${words}`;
    };
    const timer = setTimeout(() => fail(`no worker answered within ${openTimeoutMs} ms${said()}`), openTimeoutMs);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) return abort();

    listen((line) => {
      const greeting = line === undefined ? undefined : readGreeting(line);
      if (greeting === undefined) noise.push(`${line ?? ""}\n`);
      else if (greeting.type === "bootstrap") {
        child.send(framed(typeof agentSource === "string" ? new TextEncoder().encode(agentSource) : agentSource));
      } else if (greeting.type === "refused") fail(refusal(greeting));
      else if (greeting.protocol !== protocolVersion) {
        fail(`portmatrix ${greeting.version} there speaks protocol ${greeting.protocol}, not ${protocolVersion}`);
      } else {
        listen(conversation.hear);
        settle(() => resolve(greeting));
      }
    });
    void child.ended.then((cause) => {
      const words = noise.text();
      fail(words === "" ? cause : `${cause}; before that it said: ${words}`);
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
