// The few words that a far side needs to be taken for a worker that is nothing but sockets (worker/sockets.py).
import { appendFileSync } from "node:fs";
import { say } from "./talk.ts";

/** An order as it comes: `tcp 3 127.0.0.1 22`. */
export interface SocketOrder {
  word: string;
  id: number;
  words: readonly string[];
  line: string;
}

/** What stands last in the shell script that comes first; the worker's source follows, with its length before it. */
const endOfScript = "\nexit 1\n}\n";

export const runtimes = ["python", "perl", "bash", "powershell"] as const;
type Runtime = (typeof runtimes)[number];

/** What a worker like this says of itself. */
export const sockets = (runtime: Runtime, more: object = {}): object => ({
  type: "sockets",
  protocol: 1,
  runtime,
  version: "3.11.2",
  ...more,
});

/** Asks for the source, takes it, says hello and calls for each order that comes. */
export function onOrder(
  answer: (order: SocketOrder) => void,
  { runtime = "python" as Runtime, greeting = sockets(runtime), onHello = (): void => undefined } = {},
): void {
  let rest = "";
  let state: "script" | "source" | "orders" = "script";
  const step = (): boolean => {
    if (state === "script") {
      const end = rest.indexOf(endOfScript);
      if (end === -1) return false;
      rest = rest.slice(end + endOfScript.length);
      state = "source";
      say(`\n${JSON.stringify({ type: "source", runtime, version: "3.11.2" })}\n`);
      return true;
    }
    const end = rest.indexOf("\n");
    if (end === -1) return false;
    if (state === "source") {
      const stop = end + 1 + Number(rest.slice(0, end));
      if (rest.length < stop) return false;
      rest = rest.slice(stop);
      state = "orders";
      say(greeting);
      onHello();
      return true;
    }
    const line = rest.slice(0, end);
    rest = rest.slice(end + 1);
    const [word = "", id, ...words] = line.split(" ");
    if (/^\d+$/.test(id ?? "")) answer({ word, id: Number(id), words, line });
    return true;
  };
  process.stdin.on("data", (chunk: Buffer) => {
    rest += chunk.toString("latin1");
    while (step());
  });
}

/** Keeps what this far side is told, for the trial to look at. */
export function keepHeard(file: string): void {
  process.stdin.on("data", (chunk: Buffer) => appendFileSync(file, chunk));
}

/** One line of a worker. */
export const report = (...words: readonly (string | number)[]): boolean => say(`${words.join(" ")}\n`);

/** Text or bytes as a worker writes them. */
export const hex = (text: string | Uint8Array): string => Buffer.from(text).toString("hex") || "-";
