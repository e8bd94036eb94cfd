import { setMaxListeners } from "node:events";
import type { Observation } from "../model/outcome.ts";
import type { Observe } from "../model/task.ts";
import { encode, type Order } from "./protocol.ts";
import { readReport } from "./read-report.ts";
import { unsent } from "./unsent.ts";

/** The talk with a worker that has said hello. */
export interface Conversation {
  observe: Observe;
  /** Takes one line that the worker wrote; anything that is not a report ends the conversation. */
  hear(line: string | undefined): void;
  /** Ends the conversation: every open task, and every later one, gives `unsent`, cause `vantage`, with this detail. */
  breakOff(cause: string): void;
}

/**
 * Opens the talk. Every task gets an answer: the worker's, or `unsent` when the conversation breaks off, when the task
 * is aborted, or when the worker says nothing for three deadlines and `graceMs`.
 */
export function openConversation(send: (line: string) => void, graceMs: number): Conversation {
  const open = new Map<number, (observation: Observation) => void>();
  let lastId = 0;
  let broken: string | undefined;
  const order = (message: Order) => send(encode(message));

  const observe: Observe = (task, signal) => {
    if (signal.aborted) return Promise.resolve(unsent("aborted", "the run was interrupted"));
    if (broken !== undefined) return Promise.resolve(unsent("vantage", broken));
    setMaxListeners(0, signal); // each open task listens
    return new Promise((resolve) => {
      const id = ++lastId;
      const settle = (observation: Observation) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
        open.delete(id);
        resolve(observation);
      };
      const giveUp = (observation: Observation) => {
        order({ type: "cancel", id });
        settle(observation);
      };
      const abort = () => giveUp(unsent("aborted", "the run was interrupted"));
      const patienceMs = 3 * task.timeoutMs + graceMs;
      const timer = setTimeout(() => {
        giveUp(unsent("vantage", `the vantage point gave no answer within ${patienceMs} ms`));
      }, patienceMs);
      signal.addEventListener("abort", abort, { once: true });
      open.set(id, settle);
      order({ type: "probe", id, task });
    });
  };

  const breakOff = (cause: string) => {
    broken ??= cause;
    for (const settle of open.values()) settle(unsent("vantage", broken));
  };

  const hear = (line: string | undefined) => {
    if (line === "" || broken !== undefined) return;
    const report = line === undefined ? undefined : readReport(line);
    if (report === undefined) breakOff("the vantage point sent something that is not an observation");
    else if (report.type === "failed") breakOff(`the worker at the vantage point failed: ${report.detail}`);
    else open.get(report.id)?.(report.observation); // none is open: the task was given up meanwhile
  };

  return { observe, hear, breakOff };
}
