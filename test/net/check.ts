import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { runSchema } from "../../src/model/run/run.ts";
import type { Result, Run } from "../../src/model/run/run.ts";
import type { Expectation, Transport } from "../../src/model/verdict.ts";
import { cmk } from "./paths.ts";
import type { Lab, Ran, RunOptions } from "./lab.ts";

/** The built program, as users run it. */
export const cli = fileURLToPath(new URL("../../bin/portmatrix.cjs", import.meta.url));

/** A topology as a user would write it, before anything is checked or filled in. */
export type Written = Record<string, unknown>;

/** A topology with the server `cmk` on both of its addresses; `parts` adds to it or replaces. */
export function topologyOf<Parts extends Written>(parts: Parts): Parts & Written {
  return {
    catalog: "checkmk/2.3",
    server: { name: "cmk", address: [cmk.v4, cmk.v6], sites: [{ name: "main" }] },
    ...parts,
  };
}

/** A host that only takes part in what a test requires of it. */
export function quietHost<Address extends string | readonly string[]>(
  name: string,
  address: Address,
): { name: string; address: Address; agent: "none"; ping: false } {
  return { name, address, agent: "none", ping: false };
}

interface CheckOptions extends RunOptions {
  args?: readonly string[];
  /** Programs in front of Node, e.g. `setpriv`. */
  behind?: readonly string[];
  /** Where the command runs. */
  node?: string;
}

/** What a check gave: how it ended, and its run record. */
export interface Checked extends Ran {
  run: Run;
}

let counter = 0;

/** Runs `portmatrix check` on a topology in a node of the lab and reads its run record; throws if there is none. */
export async function check(lab: Lab, topology: Written, options: CheckOptions = {}): Promise<Checked> {
  const { args = [], behind = [], node = "cmk", ...rest } = options;
  const number = (counter += 1);
  const file = join(lab.dir, `topology-${number}.json`);
  const record = join(lab.dir, `run-${number}.json`);
  await writeFile(file, JSON.stringify(topology));
  await writeFile(record, "", { mode: 0o666 });
  await lab.run(["chmod", "-R", "a+rwX", lab.dir]);
  const argv = [...behind, process.execPath, cli, "check", file, "--format", `json=${record}`, ...args];
  const ran = await lab.on(node, argv, rest);
  const text = await readFile(record, "utf8");
  if (text === "") throw new Error(`no run record, exit code ${ran.code}: ${ran.stderr}${ran.stdout}`);
  return { ...ran, run: runSchema.parse(JSON.parse(text)) };
}

/** Says which result of a run is meant; what is left out may be anything. */
export interface Wanted {
  from?: string;
  to?: string;
  protocol: Transport;
  port?: number;
  address?: string;
  expect?: Expectation;
  section?: string;
}

/** The one result of a run that is meant; throws if there is not exactly one. */
export function resultOf({ run }: Pick<Checked, "run">, wanted: Wanted): Result {
  const isMeant = (result: Result) =>
    Object.entries(wanted).every(([key, value]) => result[key as keyof Result] === value);
  const [result, ...others] = run.results.filter(isMeant);
  if (result === undefined || others.length > 0) {
    const results = run.results.map(({ id }) => id).join("\n");
    throw new Error(`not one result but ${others.length + 1} match ${JSON.stringify(wanted)}:\n${results}`);
  }
  return result;
}

/** A result in one line, `outcome verdict reason proof`, for tables of expectations. */
export function inShort({ outcome, verdict, reason, proof }: Result): string {
  return [outcome ?? "-", verdict, reason, proof].join(" ");
}
