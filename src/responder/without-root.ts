import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";
import { variablesFor } from "../model/machine/child-variables.ts";
import type { RespondOrder, ResponderEvent } from "../model/run/responder.ts";
import { rootStays } from "./nobody.ts";
import type { OfRootless, ToRootless } from "./rootless-messages.ts";
import { type TakePort, takePort } from "./take-port.ts";
import { readTables } from "./tables-here.ts";

/** What the process runs: it takes the source of the worker from the one that started it. */
const boot = `
process.once("message", (source) => {
  const worker = { exports: {} };
  require("node:vm").runInThisContext("(function (require, module, exports, __filename) {" + source + "\\n})")(
    require("node:module").createRequire("/"), worker, worker.exports, "/portmatrix-responder.cjs");
  worker.exports.serveWithoutRoot();
});`;

/** Defined by build/binary.mjs. */
declare const isOneFile: true | undefined;

/** What the program in one file, which takes no `-e`, is called with to be that process. */
export const rootlessWord = "--be-the-responder-of-another";

/** Makes this process the one that serves. */
export const beRootless = (): void =>
  (runInThisContext(`(require) => {${boot}}`) as (require: NodeJS.Require) => void)(createRequire("/"));

/** True where this process is root's, whose rights nothing may have that listens to strangers. */
export const isRootHere = (): boolean => {
  // oxlint-disable-next-line no-restricted-globals -- whose process this is
  const { getuid, geteuid } = process;
  return getuid?.() === 0 || geteuid?.() === 0;
};

function startProcess(): ChildProcess {
  // oxlint-disable-next-line no-restricted-globals -- the process that serves is this very program
  const { env, execPath } = process;
  return spawn(execPath, typeof isOneFile !== "undefined" ? [rootlessWord] : ["-e", boot], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    // libuv's io_uring keeps the rights that it began with (CVE-2024-22017).
    env: { ...variablesFor("lookups", env), UV_THREADPOOL_SIZE: "64", UV_USE_IO_URING: "0" },
    detached: true, // Ctrl-C ends the run in order, and this with it
  });
}

type Hear = (event: ResponderEvent) => void;

/**
 * Responders for a process that is root: one process, started with the first order, serves them all as `nobody`. Root
 * takes the ports that an order names, hands them over without a look at what comes to them, and reads the kernel's
 * tables. `readSource` gives the worker of a vantage point as one file, which has all that is needed. The process ends
 * with this one, even after a SIGKILL. Where it does not start or keeps root's rights each responder has `ended`.
 */
export function openRootless(readSource: () => Promise<string>, take: TakePort = takePort) {
  const hearing = new Map<number, { hear: Hear; order: RespondOrder }>();
  let lastId = 0;
  let child: Promise<ChildProcess> | undefined;
  const fail = (detail: string) => {
    child = undefined;
    for (const { hear } of hearing.values()) hear({ kind: "ended", detail });
    hearing.clear();
  };
  const say = async (message: ToRootless) => {
    const running = await (child ??= start());
    if (running.connected) running.send(message, () => undefined);
  };
  const start = async (): Promise<ChildProcess> => {
    const source = await readSource();
    const started = startProcess();
    await new Promise<void>((resolve, reject) => {
      started.once("error", reject);
      started.once("exit", () => {
        reject(new Error("the process that listens has ended"));
        fail("the process that listens has ended");
      });
      started.on("message", (message: OfRootless) => {
        if (message.type !== "ready") return void answer(started, message);
        if (message.keepsRoot) reject(new Error(rootStays));
        else resolve();
      });
      started.send(source, () => undefined);
      // Neither shall keep a program alive that has nothing else to do.
      started.unref();
      started.channel?.unref();
    }).catch((error: unknown) => {
      started.removeAllListeners("exit");
      started.kill("SIGKILL");
      throw error;
    });
    return started;
  };
  const answer = async (started: ChildProcess, message: Exclude<OfRootless, { type: "ready" }>) => {
    if (message.type === "event") {
      const one = hearing.get(message.id);
      if (message.event.kind === "ended") hearing.delete(message.id);
      return void one?.hear(message.event);
    }
    const { question } = message;
    if (message.type === "read") {
      const text = await readTables(message.ports, message.withNames);
      return void started.send({ type: "tables", question, text } satisfies ToRootless, () => undefined);
    }
    const { at } = message;
    const isOrdered = [...hearing.values()].some(({ order }) =>
      order.places.some(({ protocol, port }) => protocol === at.protocol && port === at.port),
    );
    const taken = isOrdered ? await take(at) : { errno: "EPERM" };
    if ("errno" in taken)
      return void started.send({ type: "taken", question, errno: taken.errno } satisfies ToRootless, () => undefined);
    const handle = "tcp" in taken ? taken.tcp : taken.udp;
    // This process's own hold on it ends when the other has it.
    started.send({ type: "taken", question } satisfies ToRootless, handle, () => void handle.close());
  };
  /** Starts a responder, and gives what ends it. */
  const respond = (order: RespondOrder, hear: Hear): (() => void) => {
    const id = ++lastId;
    hearing.set(id, { hear, order });
    void say({ type: "respond", id, order }).catch((error: unknown) => fail((error as Error).message));
    return () => {
      if (!hearing.delete(id)) return;
      void say({ type: "cancel", id }).catch(() => undefined);
    };
  };
  return { respond };
}
