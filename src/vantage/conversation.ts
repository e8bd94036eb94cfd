import { setMaxListeners } from "node:events";
import type { Observation } from "../model/outcome.ts";
import type { Observe } from "../model/task.ts";
import { nothingSent } from "../model/unsent.ts";
import { encode, type Order } from "./protocol.ts";
import { readReport } from "./read-report.ts";

/** Blank lines are harmless, but an endless stream of them is not. */
const mostBlankLines = 1_000;

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
 * is aborted, or when the worker says nothing for three deadlines and `graceMs`. `onBroken` is called once, when the talk is over.
 */
export function openConversation(send: (line: string) => void, graceMs: number, onBroken: () => void): Conversation {
  const open = new Map<number, (observation: Observation) => void>();
  let lastId = 0;
  let broken: string | undefined;
  let blankLines = 0;
  const order = (message: Order) => send(encode(message));

  const observe: Observe = (task, signal) => {
    if (signal.aborted) return Promise.resolve(nothingSent("aborted", "the run was interrupted"));
    if (broken !== undefined) return Promise.resolve(nothingSent("vantage", broken));
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
      const abort = () => giveUp(nothingSent("aborted", "the run was interrupted"));
      const patienceMs = 3 * task.timeoutMs + graceMs;
      const timer = setTimeout(() => {
        giveUp(nothingSent("vantage", `the vantage point gave no answer within ${patienceMs} ms`));
      }, patienceMs);
      signal.addEventListener("abort", abort, { once: true });
      open.set(id, settle);
      order({ type: "probe", id, task });
    });
  };

  const breakOff = (cause: string) => {
    if (broken !== undefined) return;
    broken = cause;
    onBroken();
    for (const settle of open.values()) settle(nothingSent("vantage", broken));
  };

  const hear = (line: string | undefined) => {
    if (broken !== undefined || (line === "" && ++blankLines <= mostBlankLines)) return;
    const report = line === undefined ? undefined : readReport(line);
    if (report === undefined) breakOff("the vantage point sent something that is not an observation");
    else if (report.type === "failed") breakOff(`the worker at the vantage point failed: ${report.detail}`);
    else open.get(report.id)?.(report.observation); // none is open: the task was given up meanwhile
  };

  return { observe, hear, breakOff };
}
