import { InputError } from "../../model/text/problem.ts";
import type { Problem } from "../../model/text/problem.ts";

/** Where in a file something stands; a `Problem` without its message. Lines and columns count from 1. */
export type Place = Omit<Problem, "message">;

/** Keys and indexes from the root of a document to one of its values. */
export type Path = readonly PropertyKey[];

/**
 * Finds the place of a value, or of the key that holds it. A path that leads nowhere gives the place of the nearest
 * ancestor that exists. The returned `path` is the one asked for, as a reader would write it.
 */
export type Locate = (path: Path, part?: "key" | "value") => Place;

/** Reports a problem at a path of a document; `part` says whether its key or its value is meant. */
export type Report = (path: Path, message: string, part?: "key" | "value") => void;

/** No more problems than this are shown one by one: nobody reads further before mending the first ones. */
const shownProblems = 50;
const longestMessage = 400;

/** `["hosts", 3, "address"]` as `hosts[3].address`; keys with unusual characters are quoted. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[\w-]+$/.test(String(step))) text += text === "" ? String(step) : `.${String(step)}`;
    else text += `[${quote(String(step))}]`;
  }
  return text;
}

/** A value from a file as it may be shown in a message: in double quotes, escaped, cut after 60 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

/** Throws an `InputError` if there is at least one problem; see `orderProblems` for what it then contains. */
export function refuseProblems(problems: readonly Problem[], mainFile?: string): void {
  if (problems.length > 0) throw new InputError(orderProblems(problems, mainFile));
}

/**
 * Problems in the order of their places, each one once, cut after the first 50; a last
 * problem without a place then says how many were left out. `mainFile` comes first; the other files keep the order in
 * which they were first seen.
 */
export function orderProblems(problems: readonly Problem[], mainFile?: string): Problem[] {
  const files = new Map<string, number>(mainFile === undefined ? [] : [[mainFile, 0]]);
  const distinct = new Map<string, Problem>();
  for (const problem of problems) {
    if (!files.has(problem.file)) files.set(problem.file, files.size);
    const tidied = tidy(problem);
    const key = JSON.stringify([tidied.file, tidied.line, tidied.column, tidied.path, tidied.message]);
    if (!distinct.has(key)) distinct.set(key, tidied);
  }
  const rank = (problem: Problem): number => files.get(problem.file) ?? 0;
  const sorted = [...distinct.values()].toSorted(
    (a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  if (sorted.length <= shownProblems) return sorted;
  const rest = sorted.length - shownProblems;
  const file = sorted[0]?.file ?? "";
  return [
    ...sorted.slice(0, shownProblems),
    { file, message: `${rest} more problem${rest === 1 ? "" : "s"} not shown; fix the ones above first` },
  ];
}

/** Cut to a length that can be read. */
function tidy(problem: Problem): Problem {
  const { message } = problem;
  return {
    ...problem,
    message: message.length > longestMessage ? `${message.slice(0, longestMessage - 3)}...` : message,
  };
}
