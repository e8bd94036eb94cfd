import { spawn } from "node:child_process";
import { lookup as systemLookup } from "node:dns";
import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";
import { variablesFor } from "../model/machine/child-variables.ts";
import { createLineSplitter } from "./messages/lines.ts";
import { parseObject } from "./messages/protocol.ts";
import type { Lookup } from "./resolve.ts";

type Callback = Parameters<Lookup>[1];

/**
 * What the helper runs: looks up each name that it is told, one a line, and prints what came of it. It kills itself when
 * its input ends, because a lookup under way would hold it, too.
 */
const source = `
const { lookup } = require("node:dns");
let rest = "";
const answer = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
process.stdin.setEncoding("utf8");
process.stdin.on("data", (text) => {
  const lines = (rest + text).split("\\n");
  rest = lines.pop();
  for (const name of lines)
    lookup(name, { all: true, verbatim: true }, (error, found) =>
      answer(error ? { name, code: error.code, message: error.message } : { name, found }));
});
process.stdin.on("end", () => process.kill(process.pid, "SIGKILL"));
`;

/** Defined by build/binary.mjs. */
declare const isOneFile: true | undefined;

/** What the program in one file, which takes no `-e`, is called with to be the helper. */
export const lookupsWord = "--be-the-lookups-of-another";

/** Makes this process the helper. */
export const serveLookups = (): void =>
  (runInThisContext(`(require) => {${source}}`) as (require: NodeJS.Require) => void)(createRequire("/"));

function startHelper() {
  // oxlint-disable-next-line no-restricted-globals -- the helper is this very program
  const { env, execPath } = process;
  return spawn(execPath, typeof isOneFile !== "undefined" ? [lookupsWord] : ["-e", source], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...variablesFor("lookups", env), UV_THREADPOOL_SIZE: "64" },
    detached: true, // Ctrl-C ends the run in order, and the helper with it
  });
}

/**
 * Gives getaddrinfo(3) in a process of its own, started with the first name. A lookup cannot be taken back: under a dead
 * name server it holds its thread for ten seconds and more, and Node joins its threads before it exits
 * (`uv_library_shutdown`, libuv src/threadpool.c). A process is left behind at once. Where none can be started names
 * are looked up here.
 */
export function openLookups(): { lookup: Lookup; close: () => void } {
  const asked = new Map<string, Callback[]>();
  let helper: ReturnType<typeof startHelper> | "none" | undefined;
  const lookupHere: Lookup = (name, callback) => systemLookup(name, { all: true, verbatim: true }, callback);
  const giveUp = () => {
    if (helper === "none") return;
    helper = "none";
    for (const [name, callbacks] of asked) for (const callback of callbacks) lookupHere(name, callback);
    asked.clear();
  };
  const start = () => {
    const started = startHelper();
    const lines = createLineSplitter();
    started.once("error", giveUp);
    started.once("close", giveUp);
    started.stdin.on("error", giveUp);
    started.stdout.on("data", (chunk: Uint8Array) => lines.push(chunk).forEach((line) => answer(line ?? "")));
    // None of these shall keep a program alive that has nothing else to do.
    started.unref();
    for (const stream of [started.stdin, started.stdout]) (stream as unknown as { unref(): void }).unref();
    return started;
  };
  const answer = (line: string) => {
    const { name, found, code, message } = parseObject(line) ?? {};
    const callbacks = asked.get(String(name)) ?? [];
    asked.delete(String(name));
    const error = code === undefined ? null : Object.assign(new Error(String(message)), { code: String(code) });
    for (const callback of callbacks)
      callback(error, Array.isArray(found) ? (found as { address: string; family: number }[]) : []);
  };
  const lookup: Lookup = (name, callback) => {
    if (helper === undefined) {
      try {
        helper = start();
      } catch {
        giveUp();
      }
    }
    if (helper === "none" || helper === undefined) return lookupHere(name, callback);
    const waiting = asked.get(name);
    asked.set(name, [...(waiting ?? []), callback]);
    if (waiting === undefined) helper.stdin.write(`${name}\n`);
  };
  /** Ends the helper; the next name starts another one. Whoever still waits for an answer gets none. */
  const close = () => {
    if (helper === undefined || helper === "none") return;
    helper.removeAllListeners();
    helper.stdin.end();
    helper = undefined;
    asked.clear();
  };
  return { lookup, close };
}
