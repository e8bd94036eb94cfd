import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLab, type Lab } from "../demo/lab.ts";
import type { Result, Run } from "../model/run/run.ts";
import { isProblem } from "../model/severity.ts";
import { hanging } from "../report/text/layout.ts";
import { formats, renderers } from "../report/run/renderers.ts";
import { appearance, inFile } from "./output/appearance.ts";
import { probe } from "./check.ts";
import { parseDestinations } from "./output/formats.ts";
import { conclude, deliver } from "./output/output.ts";
import { loadPlan } from "./plan.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

const demoTimeoutMs = 2_000;

/** Options of `demo` as they are written. */
export interface DemoOptions {
  color: boolean;
  format: readonly string[];
  keep: boolean;
}

/**
 * Starts the embedded lab on loopback, runs the real check over it and says a sentence about each deliberate fault.
 * With `keep` the lab stays until a signal. Exit code 0 if the check found exactly what was broken, 1 if it missed a fault
 * or saw another.
 */
export async function demoCommand(options: DemoOptions, surroundings: Surroundings): Promise<ExitCode> {
  const destinations = await parseDestinations(options.format.length > 0 ? options.format : ["table"], formats);
  // A report for a program stands alone on stdout; what people read goes where the table goes.
  const isForPeople = destinations.every(({ format, file }) => file !== undefined || format === "table");
  const say = isForPeople ? surroundings.out : surroundings.err;
  const { signal } = surroundings;
  const lab = await startLab(undefined, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  if (lab === undefined) return exitCodes.interrupted;
  const folder = await mkdtemp(join(tmpdir(), "portmatrix-demo-"));
  try {
    const file = join(folder, "portmatrix.yaml");
    await writeFile(file, lab.topologyText);
    const env = { ...surroundings.env, ...lab.env };
    const planned = await loadPlan(file, { section: [], only: [] }, { ...surroundings, env });
    const { flows } = planned.plan;
    say(
      `The lab is up: ${flows.length} flows between ${countNodes(flows)} nodes on loopback, ${lab.faults.length} faults.\n\n`,
    );
    const probed = await probe(planned, file, { timeout: demoTimeoutMs, quiet: false }, { ...surroundings, env });
    const run = { ...probed, topology: "the demo lab" };
    const looks = appearance(surroundings, options.color);
    const undelivered = await deliver(
      destinations,
      async (format, toStdout) => (await renderers[format]())(run, toStdout ? looks : inFile),
      surroundings.out,
    );
    if (run.interrupted === true) return exitCodes.interrupted;
    const { text, asExpected } = explainFaults(lab, run, looks.width);
    say(text);
    say(options.keep ? await keepWords(folder, lab) : nextWords);
    if (options.keep) await untilAborted(signal);
    return conclude(asExpected ? exitCodes.ok : exitCodes.failed, undelivered, surroundings);
  } finally {
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const nextWords = `
What to type next
  portmatrix demo --format html=report.html    the same as a page for the browser
  portmatrix demo --keep                       leave the lab running, for tries of your own
  portmatrix explain no-answer                 what a reason means, and what to do
`;

/** Writes the variables that the topology names, and says how to use the lab from another terminal. */
async function keepWords(folder: string, { env }: Lab): Promise<string> {
  const lines = Object.entries(env).map(([name, value]) => `export ${name}='${value}'\n`);
  await writeFile(join(folder, "environment"), lines.join(""));
  return `
The lab stays until Ctrl-C. In another terminal:
  cd ${folder} && . ./environment
  portmatrix check --timeout 2s
  portmatrix plan
`;
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

const countNodes = (flows: readonly { from: string; to: string }[]): number =>
  new Set(flows.flatMap(({ from, to }) => [from, to])).size;

/** What the check made of each fault, and of anything else that is not as it should be. */
function explainFaults({ faults, unanswered }: Lab, run: Run, width: number): { text: string; asExpected: boolean } {
  const lines = ["", "What was broken on purpose, and what the check made of it", ""];
  const say = (mark: string, text: string): void => void lines.push(...hanging(mark, text, { indent: 2, width }));
  let asExpected = true;
  for (const [at, { title, sentence, flows }] of faults.entries()) {
    const results = run.results.filter(({ id }) => flows.includes(id));
    const isFound = results.length === flows.length && results.every(isRemarkable);
    asExpected &&= isFound;
    say(`${at + 1}. `, `${title}. ${sentence}`);
    for (const { id, verdict, reason } of results) say("   -> ", `${verdict}: ${reason} (${id})`);
    if (!isFound) say("   -> ", "MISSED: the check did not report this fault");
  }
  say("-  ", `Not a fault: ${unanswered.sentence}`);
  const known = new Set([...faults, unanswered].flatMap(({ flows }) => flows));
  const others = run.results.filter(({ id, verdict }) => !known.has(id) && isProblem(verdict));
  for (const reason of new Set(others.map((result) => result.reason))) {
    const alike = others.filter((result) => result.reason === reason);
    say("-  ", `Not broken by the lab, but seen ${alike.length} times: ${alike[0]?.message} ${alike[0]?.advice ?? ""}`);
  }
  return { text: `${lines.join("\n")}\n`, asExpected };
}

const isRemarkable = ({ verdict }: Result): boolean => verdict !== "pass" && verdict !== "skipped";
