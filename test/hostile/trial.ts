import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../../src/model/run/run.ts";
import { type Complaint, complaintsAboutEnd, complaintsAboutFiles, complaintsAboutText } from "./complaints.ts";
import type { Random } from "./random.ts";
import { type Ended, type RunOptions, runProgram } from "./run-program.ts";

/** What a kind of trial has at hand. Everything that it makes lies in its directory, which is empty at first. */
export interface Trial {
  random: Random;
  directory: string;
  /** The secret that must be seen nowhere. It is the value of the variable `HOSTILE_SECRET`, and of the file `secret`. */
  canary: string;
  /** The program that stands behind hostile vantage points, `far/far-side.ts`. */
  farSide: string;
  path: (name: string) => string;
  /** Writes a file of the trial; anything but text or bytes becomes JSON, which is YAML too. */
  write: (name: string, content: unknown) => string;
  /** Names of files that may be in the directory although the trial did not write them. */
  mayLeave: (...names: string[]) => void;
  /** Looks at what the calls so far have left, and removes it. */
  clear: () => void;
  /** From now on a draft of a report may stay: the program was killed. */
  forgiveDrafts: () => void;
  /** Runs the program, and complains about its end, its output and its reports. */
  run: (args: readonly string[], how?: HowToRun) => Promise<Ended>;
  complain: (complaint: Complaint) => void;
  /** Counts things that were done to the program. */
  count: (cases: number) => void;
}

export interface HowToRun {
  /** Reports that it writes into the directory. */
  reports?: readonly string[];
  /** Exit codes that are right; default 0 to 3. */
  codes?: readonly (number | null)[];
  /** What stands before the command line, such as a shell with a script. */
  behind?: readonly string[];
  meanwhile?: RunOptions["meanwhile"];
  /** Runs on a pseudo-terminal, script(1), where colours and a line of progress are right. */
  onTerminal?: boolean;
}

export interface TrialOptions {
  random: Random;
  directory: string;
  canary: string;
  farSide: string;
  /** The command line of the program under test, without its arguments. */
  program: readonly string[];
  boundMs: number;
}

/** Makes the surroundings of one trial; `end` gives what it counted and complained about. */
export function openTrial(options: TrialOptions): Trial & { end: () => { cases: number; complaints: Complaint[] } } {
  const { random, directory, canary, farSide, program, boundMs } = options;
  const complaints: Complaint[] = [];
  const known = new Set<string>();
  const reported = new Set<string>();
  let cases = 0;
  const path = (name: string): string => join(directory, name);
  const write = (name: string, content: unknown): string => {
    known.add(name);
    const isRaw = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(path(name), isRaw ? content : JSON.stringify(content, null, 1));
    return path(name);
  };
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: directory,
    LANG: "C.UTF-8",
    TERM: "xterm-256color",
    HOSTILE_SECRET: canary,
  };
  const run: Trial["run"] = async (args, { reports = [], codes, behind = [], meanwhile, onTerminal = false } = {}) => {
    for (const report of reports) reported.add(report);
    const line = [...behind, ...program, ...args];
    const argv = onTerminal ? ["script", "-qec", line.map((word) => `'${word}'`).join(" "), "/dev/null"] : line;
    const ended = await runProgram(argv, {
      cwd: directory,
      env,
      boundMs,
      hasHelpers: behind.length > 0,
      ...(meanwhile === undefined ? {} : { meanwhile }),
    });
    complaints.push(
      ...complaintsAboutEnd(ended, codes),
      ...complaintsAboutText("stdout", onTerminal ? withoutDress(ended.stdout) : ended.stdout, canary),
      ...complaintsAboutText("stderr", ended.stderr, canary),
    );
    return ended;
  };
  let areDraftsForgiven = false;
  const lookAtFiles = (): void => {
    const about = complaintsAboutFiles(directory, [...reported], [...known], canary);
    complaints.push(...about.filter(({ text }) => !(areDraftsForgiven && /\.portmatrix-\w+\.part/.test(text))));
    areDraftsForgiven = false;
  };
  const clear = (): void => {
    lookAtFiles();
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory);
    known.clear();
    write("secret", `${canary}\n`);
  };
  const end = () => {
    lookAtFiles();
    return { cases, complaints };
  };
  write("secret", `${canary}\n`);
  return {
    random,
    directory,
    canary,
    farSide,
    path,
    write,
    mayLeave: (...names) => names.forEach((name) => known.add(name)),
    clear,
    forgiveDrafts: () => void (areDraftsForgiven = true),
    run,
    complain: (complaint) => void complaints.push(complaint),
    count: (more) => void (cases += more),
    end,
  };
}

/** What a terminal gets, without what the program itself may send there: colours, and a line that is drawn again. */
// oxlint-disable-next-line no-control-regex
const dress = /\u001b\[[\d;]*m|\u001b\[K|\r/g;
const withoutDress = (screen: Buffer): Buffer => Buffer.from(screen.toString("latin1").replaceAll(dress, ""), "latin1");

/** The run record that a trial's program wrote; complains where it wrote none that can be read. */
export function readRecord(trial: Trial, name: string): Run | undefined {
  try {
    return JSON.parse(readFileSync(trial.path(name), "utf8")) as Run;
  } catch (error) {
    trial.complain({ fault: "hidden failure", text: `${name} cannot be read: ${String(error)}` });
    return undefined;
  }
}
