import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { strangerMark } from "./hostile-text.ts";
import type { Ended } from "./run-program.ts";

/** What the program must never do, whatever is done to it. */
export const faults = ["crash", "hang", "false verdict", "secret", "raw bytes", "leftover", "hidden failure"] as const;
export type Fault = (typeof faults)[number];

export interface Complaint {
  fault: Fault;
  text: string;
}

/** Ways in which a program that was run may end. */
const usualCodes: readonly number[] = [0, 1, 2, 3];

/** Exit codes outside of the documented ones, signals, stack traces, and what the program itself calls a bug. */
export function complaintsAboutEnd(ended: Ended, codes: readonly (number | null)[] = usualCodes): Complaint[] {
  const { argv, code, signal, hung } = ended;
  const said = `${ended.stdout.toString()}\n${ended.stderr.toString()}`;
  const line = argv.slice(1).join(" ");
  const last = JSON.stringify(ended.stderr.toString().slice(-300));
  if (hung) return [{ fault: "hang", text: `${line} did not end` }];
  const complaints: Complaint[] = [];
  if (!codes.includes(code)) complaints.push({ fault: "crash", text: `${line} ended with ${code ?? signal}: ${last}` });
  const trace = /^\s+at .*(?::\d+:\d+\)?|<anonymous>\)?)$/m.exec(said)?.[0] ?? /internal error.*/.exec(said)?.[0];
  if (trace !== undefined) complaints.push({ fault: "crash", text: `${line} shows ${JSON.stringify(trace.trim())}` });
  return complaints;
}

/** What no report, log or terminal may get as it is: it steers, or nobody sees it. Line breaks are the reports' own. */
const rawCharacters = /[^\P{C}\n]|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|\u2800/u;
/** A page has a script and styles of its own, with characters in them that are meant so. */
// oxlint-disable-next-line no-control-regex
const rawInPages = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;
const workflowCommand = new RegExp(String.raw`^\s*::\w+ file=${strangerMark}|##(?:\[|vso\[)[^\n]*${strangerMark}`, "m");
const liveMarkup = new RegExp(`<script>${strangerMark}|<img src=x`);

/** Foreign text that would steer what shows it, and the secret. `canary` is that secret. */
export function complaintsAboutText(name: string, bytes: Uint8Array, canary: string): Complaint[] {
  const complaints: Complaint[] = [];
  const isPage = name.endsWith(".html");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).replaceAll("\r\n", "\n"); // RFC 4180 has them
  } catch {
    return [{ fault: "raw bytes", text: `${name} is not UTF-8` }];
  }
  const found =
    (isPage ? rawInPages : rawCharacters).exec(text) ??
    (isPage ? liveMarkup.exec(text) : workflowCommand.exec(text)) ??
    undefined;
  const around = (at: number): string => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  if (found !== undefined) complaints.push({ fault: "raw bytes", text: `${name}: ${around(found.index)}` });
  if (text.includes(canary)) complaints.push({ fault: "secret", text: `${name}: ${around(text.indexOf(canary))}` });
  return complaints;
}

/** Looks at the reports of a trial, and for files that nobody asked for. `known` names what may stand there. */
export function complaintsAboutFiles(
  directory: string,
  reports: readonly string[],
  known: readonly string[],
  canary: string,
): Complaint[] {
  const complaints: Complaint[] = [];
  for (const { name } of readdirSync(directory, { withFileTypes: true }) as Dirent[]) {
    const path = join(directory, name);
    if (reports.includes(name)) {
      if (statSync(path).isFile()) complaints.push(...complaintsAboutText(name, readFileSync(path), canary));
    } else if (!known.includes(name)) complaints.push({ fault: "leftover", text: `the file ${JSON.stringify(name)}` });
  }
  return complaints;
}
