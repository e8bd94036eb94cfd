import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { ScriptShell } from "../model/shell.ts";
import { isWindows, type Topology } from "../model/topology/topology.ts";
import { escapeUnseen } from "../model/text/printable.ts";
import { InputError } from "../model/text/problem.ts";
import { scriptPlanOf } from "../probe/recorded/orders.ts";
import { nodesOf } from "./identify/identify.ts";
import { loadPlan, type Planned } from "./plan.ts";
import { writeText } from "./import/write-text.ts";
import { templates } from "./script/templates.ts";
import { type WrittenScript, writeScript } from "./script/text-of.ts";
import { makeDirectories } from "./output/make-directory.ts";
import { reasonOf } from "./output/write-errors.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

/** Options of `script`; durations in milliseconds. */
export interface ScriptCommandOptions {
  from: readonly string[];
  all: boolean;
  /** For every node; absent: what its operating system has (`usualShell`). */
  shell?: ScriptShell;
  out?: string;
  dir?: string;
  catalog?: string;
  timeout: number;
}

/** Writes scripts for nodes that nobody may log in to, and says the hash of each. Sends nothing. */
export async function scriptCommand(
  file: string,
  options: ScriptCommandOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { out, dir, timeout, catalog } = options;
  const planned = await loadPlan(
    file,
    { section: [], only: [], ...(catalog === undefined ? {} : { catalog }) },
    surroundings,
  );
  const nodes = nodesWanted(planned, options);
  refusePlaces(nodes, options);
  const { version, err } = surroundings;
  if (dir !== undefined) await makeDirectory(dir);
  for (const node of nodes) {
    const usual = usualShell(planned.loaded.topology, node);
    const shell = options.shell ?? usual;
    if (shell === "sh" && usual !== "sh")
      err(`portmatrix: note: ${escapeUnseen(node)}: the topology says Windows, and --shell says sh\n`);
    const seed = randomBytes(16).toString("hex");
    const plan = await scriptPlanOf(planned.wholePlan, node, { version, seed, timeoutMs: timeout });
    const written = await writeScript(shell, plan);
    const place = dir === undefined ? out : join(dir, `${node}.${templates[shell]?.extension}`);
    await put(written, place, surroundings);
    const asked = plan.orders.filter(({ unsent }) => unsent === undefined).length;
    err(
      `portmatrix: ${escapeUnseen(`${node}: ${asked} of ${plan.orders.length} flows by ${shell}, sha256 ${written.sha256}${place === undefined ? "" : `  ${place}`}`)}\n`,
    );
    const secrets = new Set(plan.orders.flatMap(({ communityFrom }) => communityFrom ?? []));
    for (const name of secrets)
      err(`portmatrix: note: ${node}: it asks for a community where ${name} is not set; the script contains none\n`);
  }
  return exitCodes.ok;
}

/** PowerShell where the topology says `os: windows`, sh everywhere else. */
const usualShell = (topology: Topology, node: string): ScriptShell => (isWindows(topology, node) ? "powershell" : "sh");

async function makeDirectory(dir: string): Promise<void> {
  try {
    await makeDirectories(dir);
  } catch (error) {
    throw new InputError([{ file: dir, message: `cannot be made: ${reasonOf(error)}` }]);
  }
}

function nodesWanted({ loaded: { topology }, wholePlan }: Planned, { from, all }: ScriptCommandOptions): string[] {
  const known = new Set(nodesOf(topology).map(({ name }) => name));
  const senders = new Set(wholePlan.flows.map((flow) => flow.from));
  const problems = from.flatMap((node) => {
    if (!known.has(node)) return [`the topology has no node "${node}"; nodes: ${[...known].slice(0, 20).join(", ")}`];
    return senders.has(node) ? [] : [`no flow starts at ${node}, so there is nothing that a script could send there`];
  });
  if (from.length === 0 && !all) problems.push("name the node that the script is for, or --all");
  if (problems.length > 0) throw new InputError(problems.map((message) => ({ file: "--from", message })));
  if (!all) return [...new Set(from)];
  const without = [...senders].filter((node) => topology.vantages[node] === undefined).toSorted();
  if (without.length > 0) return without;
  throw new InputError([
    { file: "--all", message: "every node that has something to send has a vantage point; name one with --from" },
  ]);
}

function refusePlaces(nodes: readonly string[], { all, out, dir }: ScriptCommandOptions): void {
  if (out !== undefined && dir !== undefined)
    throw new InputError([{ file: "--out", message: "name a file or a directory (--dir), not both" }]);
  if ((all || nodes.length > 1) && dir === undefined)
    throw new InputError([{ file: "--dir", message: "several scripts go into a directory: name it" }]);
}

async function put({ text }: WrittenScript, place: string | undefined, { out }: Surroundings): Promise<void> {
  if (place === undefined) return out(text);
  await writeText(place, text);
}
