import { hostname } from "node:os";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { readNode, type Starter, starterTopology, type StarterNode } from "../import/starter/starter.ts";
import { listCatalogs } from "../load/catalog.ts";
import { parseAddress } from "../model/address/address.ts";
import { InputError, type Problem } from "../model/text/problem.ts";
import { isSiteName } from "../model/topology/topology.ts";
import { nodesHere, thisMachine } from "./identify/identify.ts";
import { asArgument, waysToSend } from "./identify/ways-to-send.ts";
import { refuseExisting } from "./import/target.ts";
import { writeText } from "./import/write-text.ts";
import { shellWord } from "../report/text/wording.ts";
import { catalogDirectory } from "./shipped-files.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

/** Options of `init` as they are written. */
export interface InitOptions {
  stage?: string;
  server?: string;
  site?: string;
  checkmk?: string;
  host: readonly string[];
  output: string;
}

/** A person at a terminal, if there is one. */
export interface Person {
  input: Readable;
  output: Writable;
}

/** Answers to the questions of `init`, given or asked for. */
interface Answers {
  stage: string;
  server: string;
  site: string;
  checkmk: string;
  hosts: readonly string[];
}

/** Writes a topology to begin with. On a terminal it asks for what no option says; elsewhere options say it. */
export async function initCommand(
  options: InitOptions,
  { out, err }: Pick<Surroundings, "out" | "err">,
  person: Person | undefined,
): Promise<ExitCode> {
  if (options.output !== "-") await refuseExisting(options.output);
  const versions = (await listCatalogs(catalogDirectory)).flatMap((id) => /^checkmk\/(.+)$/.exec(id)?.[1] ?? []);
  const usual = { stage: "live", site: "main", checkmk: versions.at(-1) ?? "", hosts: options.host };
  refuse(problemsOf({ ...usual, ...options, server: options.server ?? "localhost" }, versions));
  if (options.server === undefined && person === undefined) {
    const given = options.host.map((host) => ` --host ${shellWord(host)}`).join("") || " --host web01=10.0.2.1";
    const message = `the address of the Checkmk server is missing, and without a terminal init cannot ask; write e.g. portmatrix init --server cmk=10.0.0.5${given}`;
    refuse([{ file: "--server", message }]);
  }
  const answers =
    person === undefined || options.server !== undefined
      ? { ...usual, ...options, server: options.server ?? "", hosts: options.host }
      : await ask(options, versions, person);
  const starter = starterOf(answers);
  const text = starterTopology(starter);
  if (options.output === "-") {
    out(text);
    return exitCodes.ok;
  }
  await writeText(options.output, text);
  err(`portmatrix: wrote ${options.output}; ${await nextSteps(starter, options.output)}\n`);
  return exitCodes.ok;
}

/** What to type next: `check` works where this machine is one of the nodes, else there are other ways. */
async function nextSteps({ server, hosts }: Starter, file: string): Promise<string> {
  const named = asArgument(file);
  const nodes = [server, ...hosts].map(({ name, address }) => ({ name, address: [address] }));
  const [here, another] = await nodesHere(nodes, thisMachine);
  const check = `portmatrix check${named}`;
  if (another !== undefined) return `next: portmatrix plan${named}, then ${check} --from ${here}`;
  if (here !== undefined) return `next: portmatrix plan${named}, then ${check}`;
  const none = "This machine is none of its nodes, so for a check:";
  return [`next: portmatrix plan${named}`, none, ...waysToSend(server.name, file)].join("\n");
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InputError(problems);
}

/** What is wrong with the answers, by the option that would say it. */
function problemsOf({ stage, server, site, checkmk, hosts }: Answers, versions: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const complain = (file: string, message: string): void => void problems.push({ file, message });
  if (!["live", "preinstall"].includes(stage)) complain("--stage", `"${stage}" is not live or preinstall`);
  const node = readNode(server);
  if (typeof node === "string") complain("--server", node);
  if (!isSiteName(site)) complain("--site", `"${site}" is not the name of a site`);
  if (!versions.includes(checkmk)) complain("--checkmk", `there is no catalog of "${checkmk}"; ${versions.join(", ")}`);
  const names = new Set(typeof node === "string" ? [] : [node.name]);
  for (const text of hosts) {
    const host = readNode(text);
    if (typeof host === "string") complain("--host", host);
    else if (names.has(host.name)) complain("--host", `"${host.name}" is the name of another node already`);
    else names.add(host.name);
  }
  return problems;
}

function starterOf({ stage, server, site, checkmk, hosts }: Answers): Starter {
  const node = (text: string): StarterNode[] => {
    const read = readNode(text);
    return typeof read === "string" ? [] : [read];
  };
  const [found = { name: "cmk", address: server }] = node(server);
  const isNamed = server.includes("=") || parseAddress(server)?.kind === "name";
  const named = isNamed ? found : { ...found, name: "cmk" };
  return {
    stage: stage === "preinstall" ? "preinstall" : "live",
    catalog: `checkmk/${checkmk}`,
    server: named,
    site,
    hosts: hosts.flatMap(node),
  };
}

/** Asks one question after the other, each until its answer can be used; an empty line takes what is offered. */
async function ask(options: InitOptions, versions: readonly string[], { input, output }: Person): Promise<Answers> {
  // The terminal itself edits the line and sends Ctrl-C as a signal. Lines that come early wait for their question.
  const terminal = createInterface({ input, terminal: false });
  const lines = terminal[Symbol.asyncIterator]();
  const read = async (text: string): Promise<string> => {
    output.write(text);
    const { value, done } = await lines.next();
    if (done === true) refuse([{ file: "stdin", message: "it ended before all was answered; nothing was written" }]);
    return String(value).trim();
  };
  const offered = { stage: "live", server: hostname(), site: "main", checkmk: versions.at(-1) ?? "" };
  const answers: Answers & { hosts: string[] } = { ...offered, ...options, hosts: [...options.host] };
  const wrong = (): string | undefined => problemsOf(answers, versions)[0]?.message;
  const question = async (text: string, key: keyof typeof offered): Promise<void> => {
    if (options[key] !== undefined) return;
    for (;;) {
      const given = await read(`${text} [${offered[key]}] `);
      answers[key] = given === "" ? offered[key] : given;
      const problem = wrong();
      if (problem === undefined) return;
      output.write(`  ${problem}\n`);
    }
  };
  try {
    await question("Does Checkmk run already? live, or preinstall if not", "stage");
    await question("Version of Checkmk", "checkmk");
    await question("Address or name of the Checkmk server", "server");
    await question("Name of its site", "site");
    for (;;) {
      const given = await read("A host to monitor, NAME=ADDRESS or a name (empty: no more) ");
      if (given === "") return answers;
      answers.hosts.push(given);
      const problem = wrong();
      if (problem === undefined) continue;
      answers.hosts.pop();
      output.write(`  ${problem}\n`);
    }
  } finally {
    terminal.close();
  }
}
