import type { Shell } from "../../model/shell.ts";
import { framed, shellScript } from "./bootstrap.ts";
import type { Child } from "./child.ts";
import { createLastWords } from "./last-words.ts";
import type { Greeting, Hello } from "../messages/messages.ts";
import { powershellScript } from "./powershell.ts";
import { protocolVersion } from "../messages/protocol.ts";
import { readGreeting } from "../messages/read-report.ts";
import type { FarRuntime, ShellRung } from "./rungs.ts";

/** Gets what the far end prints: each line, and after each chunk how many bytes it had. */
export interface Listener {
  onLine(line: string | undefined): void;
  onChunk?(bytes: number): void;
}

/** A worker that is nothing but sockets has begun. */
export type FarHello = Extract<Greeting, { type: "sockets" }>;

export interface GreetOptions {
  /** The worker as one CommonJS file (`dist/agent.cjs`); streamed where portmatrix is not installed. */
  agentSource: string | Uint8Array;
  /** Reads the workers that are nothing but sockets; without it a far end without Node has none. */
  readFarWorker?: ((runtime: FarRuntime) => Promise<Uint8Array>) | undefined;
  /** What may be used at the far end. */
  wanted: readonly ShellRung[];
  /** PowerShell is there in place of a POSIX shell, and `wanted` means nothing. */
  shell?: Shell | undefined;
  /** How long it may take until the worker says hello. */
  openTimeoutMs: number;
  /** Ends the opening; after that, `close` ends the vantage point. */
  signal: AbortSignal;
}

export const interrupted = "the run was interrupted";
const oldestNode = "20.19";
/** Version of the lines that workers speak which are nothing but sockets. */
const farProtocol = 1;

/** Banners and messages of the day are short; what prints more than this before the hello is not a shell. */
const mostNoiseBytes = 256 * 1024;

/**
 * From the script to the hello: sends the worker if it is asked for, and says in one line why there is no hello. `begin`
 * is called with the hello at once, and returns who gets what follows it, maybe in the same chunk.
 */
export function greet<Talk>(
  child: Child,
  { agentSource, readFarWorker, wanted, shell, openTimeoutMs, signal }: GreetOptions,
  listen: (listener: Listener | undefined) => void,
  begin: (hello: Hello | FarHello) => Listener & { talk: Talk },
): Promise<Talk> {
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
    const sendSource = (source: string | Uint8Array) => {
      isWorkerSent = true;
      child.send(framed(typeof source === "string" ? new TextEncoder().encode(source) : source));
    };
    const start = (hello: Hello | FarHello) => {
      const listener = begin(hello);
      listen(listener); // what follows in the same chunk is for it already
      settle(() => resolve(listener.talk));
    };

    const onLine = (line: string | undefined) => {
      const greeting = line === undefined ? undefined : readGreeting(line);
      // One that asks again for what it was sent is none of ours.
      const isRepeated = isWorkerSent && (greeting?.type === "bootstrap" || greeting?.type === "source");
      if (greeting === undefined || isRepeated) return noise.push(`${line ?? ""}\n`);
      switch (greeting.type) {
        case "bootstrap":
          return sendSource(agentSource);
        case "source":
          if (readFarWorker === undefined) return fail(`there is no worker for ${greeting.runtime} here`);
          isWorkerSent = true;
          return void readFarWorker(greeting.runtime).then(sendSource, (error: Error) => fail(error.message));
        case "refused":
          return fail(refusal(greeting));
        case "sockets":
          if (!isWorkerSent) return fail("something there says that it is a worker, and was sent none");
          if (greeting.protocol === farProtocol) return start(greeting);
          return fail(`the worker there speaks protocol ${greeting.protocol}, not ${farProtocol}`);
        case "hello":
          if (greeting.protocol === protocolVersion) return start(greeting);
          return fail(
            `portmatrix ${greeting.version} there speaks protocol ${greeting.protocol}, not ${protocolVersion}`,
          );
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
    child.send(shell === undefined ? shellScript(wanted) : powershellScript);
  });
}

function refusal(greeting: Extract<Greeting, { type: "refused" }>): string {
  switch (greeting.cause) {
    case "no-node":
      return `there is neither portmatrix nor Node there: install Node ${oldestNode} or newer`;
    case "no-interpreter":
      return `there is nothing to send from: neither portmatrix nor Node ${oldestNode}, Python 3.6, perl 5.14 or bash 4`;
    case "constrained-language":
      return "PowerShell there runs in Constrained Language, which allows no sockets (AppLocker or App Control)";
    case "old-powershell":
      return `PowerShell ${greeting.version} there is too old: install Windows PowerShell 5.1`;
    case "old-node":
      return `Node ${greeting.node} there is too old: install Node ${oldestNode} or newer`;
    case "bad-bundle":
      return `the worker could not be started there: ${greeting.detail}`;
  }
}
