import { setMaxListeners } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Observation } from "../model/outcome.ts";
import type { RespondOrder, ResponderEvent } from "../model/run/responder.ts";
import { nothingSent } from "../model/unsent.ts";
import { listeningHere } from "../responder/here.ts";
import { inspectHere } from "../responder/inspect-here.ts";
import { respond } from "../responder/respond.ts";
import { isRootHere, openRootless } from "../responder/without-root.ts";
import { createLineSplitter } from "../vantage/messages/lines.ts";
import { openLocal } from "../vantage/local.ts";
import { capabilitiesHere } from "../vantage/messages/capabilities.ts";
import type { Hello, Report } from "../vantage/messages/messages.ts";
import { encode, protocolVersion } from "../vantage/messages/protocol.ts";
import { readOrder } from "../vantage/messages/read-order.ts";
import { exitCodes, type ExitCode } from "./surroundings.ts";

// The process that serves the ports of root runs the same file.
export { serveWithoutRoot } from "../responder/serve-without-root.ts";

/** Where the worker reads its orders and writes its reports. */
export interface AgentStreams {
  stdin: Readable;
  stdout: Writable;
  /** Version of portmatrix. */
  version: string;
  /** Version of Node, if it is to be told. */
  node?: string;
  signal?: AbortSignal;
  /** Environment there, for the web proxy that it names. */
  env?: Readonly<Record<string, string | undefined>>;
  /** The worker's own source, as one file, for the process that listens where this one is root. */
  source?: string | (() => Promise<string>);
}

/** Half of the 64 threads that the shell script at a vantage point gives Node; see vantage/resolve.ts. */
const lookupsAtOnce = 32;

/** `portmatrix agent`: with `--accepts N` only says whether protocol N is spoken, else works until its input ends. */
export async function agentCommand({ accepts }: { accepts?: number }, streams: AgentStreams): Promise<ExitCode> {
  if (accepts !== undefined) return accepts === protocolVersion ? exitCodes.ok : exitCodes.failed;
  await runAgent(streams);
  return exitCodes.ok;
}

/**
 * The worker of a vantage point: says hello, carries out every task that it is told at the same time, and writes each
 * observation as soon as it is there. Ends when its input ends, when nobody reads its output any more, when it is told
 * something that no version could have meant, or when the signal is aborted; what is still running is aborted then.
 */
export async function runAgent({ stdin, stdout, version, node, signal, env, source }: AgentStreams): Promise<void> {
  const vantage = openLocal({ lookupsAtOnce, env });
  const running = new Map<number, { abort: AbortController; done: Promise<void> }>();
  const readSource = typeof source === "function" ? source : () => Promise.resolve(source ?? "");
  const rootless = isRootHere() ? openRootless(readSource) : undefined;
  let readerIsGone = false;
  const say = (message: Hello | Report) => {
    if (!readerIsGone) stdout.write(encode(message));
  };

  const carryOut = async (id: number, observing: Promise<Observation>) => {
    const observation = await observing.catch((error: unknown) => nothingSent("internal", String(error)));
    running.delete(id);
    say({ type: "observation", id, observation });
  };

  const respondTo = (id: number, what: RespondOrder) => {
    const abort = new AbortController();
    const hear = (event: ResponderEvent) => say({ type: "responder", id, event });
    if (rootless !== undefined) {
      let end: () => void = () => undefined;
      const done = new Promise<void>((resolve) => (end = resolve)).then(() => void running.delete(id));
      const stop = rootless.respond(what, (event) => {
        hear(event);
        if (event.kind === "ended") end();
      });
      abort.signal.addEventListener("abort", () => (stop(), end()), { once: true });
      running.set(id, { abort, done });
      return;
    }
    const responder = respond(what, listeningHere(), hear);
    abort.signal.addEventListener("abort", () => void responder.stop(), { once: true });
    running.set(id, { abort, done: responder.ended.then(() => void running.delete(id)) });
  };

  /** Obeys one line; false if it cannot be understood. */
  const obey = (line: string | undefined): boolean => {
    if (line === "") return true;
    const order = line === undefined ? undefined : readOrder(line);
    if (order === undefined) return false;
    if (order.type === "strange") {
      const detail = `portmatrix ${version} at the vantage point does not know ${order.what.join(", ")}`;
      say({ type: "observation", id: order.id, observation: nothingSent("not-supported", detail) });
    } else if (order.type === "respond") respondTo(order.id, order.order);
    else if (order.type === "inspect")
      void inspectHere(order.order).then((parts) => {
        if (typeof parts !== "string") for (const part of parts) say({ type: "inspection", id: order.id, part });
      });
    else if (order.type === "cancel") running.get(order.id)?.abort.abort();
    else {
      const abort = new AbortController();
      setMaxListeners(0, abort.signal); // each address of the target listens
      running.set(order.id, { abort, done: carryOut(order.id, vantage.observe(order.task, abort.signal)) });
    }
    return true;
  };

  try {
    await new Promise<void>((finish) => {
      const splitter = createLineSplitter();
      stdin.on("data", (chunk: Uint8Array) => {
        if (splitter.push(chunk).every(obey)) return;
        say({ type: "failed", detail: "an order cannot be understood" });
        finish();
      });
      for (const event of ["end", "close", "error"]) stdin.once(event, () => finish());
      stdout.on("error", () => {
        readerIsGone = true; // EPIPE: the other side has ended
        finish();
      });
      signal?.addEventListener("abort", () => finish(), { once: true });
      if (signal?.aborted === true) finish();
      stdout.write("\n"); // ends a banner that lacks its line break
      const hello: Hello = { type: "hello", protocol: protocolVersion, version, capabilities: capabilitiesHere() };
      say(node === undefined ? hello : { ...hello, node });
      stdin.resume();
    });
  } finally {
    stdin.pause();
    const left = [...running.values()];
    for (const { abort } of left) abort.abort();
    await Promise.all(left.map(({ done }) => done));
    await vantage.close();
    if (!readerIsGone) await new Promise<void>((written) => stdout.write("", () => written()));
  }
}
