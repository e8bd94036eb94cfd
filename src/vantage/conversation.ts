import { setMaxListeners } from "node:events";
import type { Inspect, InspectionPart } from "../model/inspection.ts";
import type { ResponderEvent } from "../model/run/responder.ts";
import type { Observation } from "../model/outcome.ts";
import type { Observe } from "../model/task.ts";
import { nothingSent } from "../model/unsent.ts";
import type { gapsOf } from "./messages/capabilities.ts";
import type { Order } from "./messages/messages.ts";
import { encode } from "./messages/protocol.ts";
import { readReport } from "./messages/read-report.ts";
import type { Respond } from "./vantage.ts";

/** Blank lines, and reports of kinds that a later version may know, are harmless; an endless stream of them is not. */
const mostIdleLines = 1_000;
/** More parts than any machine has to tell of itself, and how long that may take. */
const mostParts = 300;
const inspectionMs = 45_000;

/** What a conversation needs of its surroundings. */
export interface Talk {
  send: (line: string) => void;
  /** Who is there, for people: `portmatrix 0.1.0`. */
  who: string;
  /** What the worker cannot be asked. */
  gaps: ReturnType<typeof gapsOf>;
  /** Time on top of three deadlines after which an unanswered task is given up. */
  graceMs: number;
  /** Called once, when the talk is over. */
  onBroken: () => void;
  /** Called with a sentence about what the two versions do not know of each other, once for each kind. */
  onNote: (sentence: string) => void;
}

/** The talk with a worker that has said hello. */
export interface Conversation {
  observe: Observe;
  /** Absent where the worker knows of no responder. */
  respond?: Respond;
  /** Absent where the worker reads nothing of its machine. */
  inspect?: Inspect;
  /** Takes one line that the worker wrote; anything that no version could have meant ends the conversation. */
  hear(line: string | undefined): void;
  /** Ends the conversation: every open task, and every later one, gives `unsent`, cause `vantage`, with this detail. */
  breakOff(cause: string): void;
}

/**
 * Opens the talk. Every task gets an answer: the worker's; `unsent` where the worker does not know what is asked or this
 * side not what it answered; or `unsent` when the conversation breaks off, when the task is aborted, or when the worker
 * says nothing for three deadlines and `graceMs`.
 */
export function openConversation({ send, who, gaps, graceMs, onBroken, onNote }: Talk): Conversation {
  const open = new Map<number, (observation: Observation) => void>();
  let lastId = 0;
  let broken: string | undefined;
  let idleLines = 0;
  const order = (message: Order) => send(encode(message));
  const said = new Set<string>();
  const noteOnce = (sentence: string, words: readonly string[]) => {
    if (words.length === 0 || said.has(sentence)) return;
    said.add(sentence);
    onNote(`${sentence}: ${listed(words)}`);
  };
  noteOnce(`${who} there brings back less than this version would`, gaps.ofObservation);

  const observe: Observe = (task, signal) => {
    if (signal.aborted) return Promise.resolve(nothingSent("aborted", "the run was interrupted"));
    if (broken !== undefined) return Promise.resolve(nothingSent("vantage", broken));
    const { values, keys } = gaps.ofTask(task);
    if (values.length > 0)
      return Promise.resolve(nothingSent("not-supported", `${who} there does not know ${listed(values)}`));
    noteOnce(`${who} there does not know and leaves out`, keys);
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

  const responders = new Map<number, (event: ResponderEvent) => void>();
  const respond: Respond = (what, onEvent) => {
    const id = ++lastId;
    const say = (event: ResponderEvent) => {
      if (event.kind === "ended") responders.delete(id);
      onEvent(event);
    };
    if (broken !== undefined) onEvent({ kind: "ended", detail: broken });
    else {
      responders.set(id, say);
      order({ type: "respond", id, order: what });
    }
    return () => {
      if (responders.delete(id)) order({ type: "cancel", id });
    };
  };

  const inspections = new Map<number, (part: InspectionPart | string) => void>();
  const inspect: Inspect = (what) =>
    new Promise((resolve) => {
      if (broken !== undefined) return resolve(broken);
      const id = ++lastId;
      const parts: InspectionPart[] = [];
      const settle = (found: readonly InspectionPart[] | string) => {
        clearTimeout(timer);
        inspections.delete(id);
        resolve(found);
      };
      const timer = setTimeout(settle, inspectionMs, `the vantage point read nothing within ${inspectionMs / 1_000} s`);
      inspections.set(id, (part) => {
        if (typeof part === "string") return settle(part);
        if (parts.length < mostParts) parts.push(part);
        if (part.source === "end") settle(parts);
      });
      order({ type: "inspect", id, order: what });
    });

  const breakOff = (cause: string) => {
    if (broken !== undefined) return;
    broken = cause;
    onBroken();
    for (const say of responders.values()) say({ kind: "ended", detail: cause });
    for (const hear of inspections.values()) hear(cause);
    for (const settle of open.values()) settle(nothingSent("vantage", broken));
  };

  const hear = (line: string | undefined) => {
    if (broken !== undefined || (line === "" && ++idleLines <= mostIdleLines)) return;
    const report = line === undefined ? undefined : readReport(line);
    if (report === undefined) return breakOff("the vantage point sent something that is not an observation");
    if (report.type === "failed") return breakOff(`the worker at the vantage point failed: ${report.detail}`);
    if (report.type === "observation") {
      noteOnce(`${who} there says more than this version knows, which is left out`, report.unknownKeys);
      return open.get(report.id)?.(report.observation); // none is open: the task was given up meanwhile
    }
    if (report.type === "responder") return responders.get(report.id)?.(report.event); // may have been ended meanwhile
    if (report.type === "inspection") return inspections.get(report.id)?.(report.part);
    if (report.id !== undefined) {
      const detail = `${who} there answered what this version does not know: ${listed(report.what)}`;
      // What was not understood may be an arrival, so this responder proves nothing any more.
      const hearEnd = responders.get(report.id);
      if (hearEnd !== undefined) {
        order({ type: "cancel", id: report.id });
        return hearEnd({ kind: "ended", detail });
      }
      return open.get(report.id)?.(nothingSent("not-supported", detail));
    }
    if (++idleLines > mostIdleLines) return breakOff("the vantage point sent something that is not an observation");
    return noteOnce(`${who} there sends reports that this version does not know`, report.what);
  };

  return {
    observe,
    ...(gaps.knowsResponder ? { respond } : {}),
    ...(gaps.knowsInspection ? { inspect } : {}),
    hear,
    breakOff,
  };
}

const listed = (words: readonly string[]): string =>
  words.length <= 5 ? words.join(", ") : `${words.slice(0, 5).join(", ")} and ${words.length - 5} more`;
