import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLab, type Lab } from "../demo/lab.ts";
import type { Result, Run } from "../model/run.ts";
import { renderTable } from "../report/table.ts";
import { probe } from "./check.ts";
import { loadPlan } from "./plan.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

const demoTimeoutMs = 2_000;

/**
 * Starts the embedded lab on loopback, runs the real check over it and says a sentence about each deliberate fault.
 * Exit code 0 if the check found exactly what was broken, 1 if it missed a fault or saw another.
 */
export async function demoCommand(options: { color: boolean }, surroundings: Surroundings): Promise<ExitCode> {
  const lab = await startLab();
  const folder = await mkdtemp(join(tmpdir(), "portmatrix-demo-"));
  try {
    const file = join(folder, "portmatrix.yaml");
    await writeFile(file, lab.topologyText);
    const env = { ...surroundings.env, ...lab.env };
    const planned = await loadPlan(file, { section: [], only: [] }, env);
    surroundings.out(`The lab is up: ${planned.plan.flows.length} flows between ${countNodes(planned.plan.flows)} nodes on loopback, four of them broken on purpose.\n\n`);
    const run = await probe(planned, file, { timeout: demoTimeoutMs, quiet: false }, { ...surroundings, env });
    const colour = surroundings.stdoutIsTerminal && options.color && !surroundings.env["NO_COLOR"];
    const width = Math.min(Math.max(surroundings.columns ?? 100, 60), 100);
    surroundings.out(renderTable({ ...run, topology: "the demo lab" }, { width, colour }));
    if (run.interrupted === true) return exitCodes.interrupted;
    return explainFaults(lab, run, surroundings.out);
  } finally {
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const countNodes = (flows: readonly { from: string; to: string }[]): number =>
  new Set(flows.flatMap(({ from, to }) => [from, to])).size;

/** Prints each fault with what the check made of it, then anything that the lab did not break. */
function explainFaults({ faults, unanswered }: Lab, run: Run, out: Surroundings["out"]): ExitCode {
  out("\nWhat was broken on purpose, and what the check made of it:\n");
  const expected = new Set([...faults, unanswered].flatMap(({ flows }) => flows));
  let asExpected = true;
  for (const [at, { title, sentence, flows }] of faults.entries()) {
    const results = run.results.filter(({ id }) => flows.includes(id));
    const found = results.length === flows.length && results.every(isRemarkable);
    asExpected &&= found;
    out(`  ${at + 1}. ${title}: ${sentence}\n`);
    for (const { id, verdict, reason } of results) out(`     ${verdict.padEnd(7)} ${reason}  (${id})\n`);
    if (!found) out("     MISSED: the check did not report this fault\n");
  }
  out(`  Not a fault: ${unanswered.sentence}\n`);
  const others = run.results.filter(({ id, verdict }) => !expected.has(id) && ["fail", "unknown", "error"].includes(verdict));
  for (const reason of new Set(others.map((result) => result.reason))) {
    const alike = others.filter((result) => result.reason === reason);
    out(`  Besides: ${alike.length} × ${reason}, not broken by the lab: ${alike[0]?.message} ${alike[0]?.advice ?? ""}\n`);
  }
  return asExpected ? exitCodes.ok : exitCodes.failed;
}

const isRemarkable = ({ verdict }: Result): boolean => verdict !== "pass" && verdict !== "skipped";
