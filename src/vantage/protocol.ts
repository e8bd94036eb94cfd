import type { Observation } from "../model/outcome.ts";
import type { Task } from "../model/task.ts";

/** Version of the messages; both sides must speak the same. */
export const protocolVersion = 1;

/** What the worker is told. `id` is the sender's own number for this one execution of the task. */
export type Order = { type: "probe"; id: number; task: Task } | { type: "cancel"; id: number };

/** First words of the worker, once, before anything else. */
export interface Hello {
  type: "hello";
  protocol: number;
  /** Version of portmatrix. */
  version: string;
  /** Version of Node there, where it is known. */
  node?: string;
}

/** What the worker says after its hello. */
export type Report =
  | { type: "observation"; id: number; observation: Observation }
  /** The worker cannot go on; it ends after this. */
  | { type: "failed"; detail: string };

/**
 * What comes back before the worker runs: `bootstrap` means that Node is there and waits for the worker's source;
 * `refused` that it cannot be run there, and why.
 */
export type Greeting =
  | Hello
  | { type: "bootstrap"; node: string }
  | { type: "refused"; cause: "no-node" }
  | { type: "refused"; cause: "old-node"; node: string }
  | { type: "refused"; cause: "bad-bundle"; detail: string };

/** One message as one line of JSON. JSON escapes line breaks, so a message never spans lines. */
export function encode(message: Order | Greeting | Report): string {
  return `${JSON.stringify(message)}\n`;
}

/** The object in one line, or `undefined` if the line is anything else than one JSON object. */
export function parseObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
