import type { Command } from "commander";
import { listCatalogs, loadCatalog } from "../../load/catalog.ts";
import { loadTopology, type LoadedTopology } from "../../load/topology/topology.ts";
import type { Catalog } from "../../model/catalog.ts";
import { pluginKinds } from "../../model/plugin/plugin-kinds.ts";
import { escapeUnseen } from "../../model/text/printable.ts";
import { reasonSchema, verdictOf } from "../../model/reason.ts";
import type { Topology } from "../../model/topology/topology.ts";
import { stageSchema } from "../../model/verdict.ts";
import { plan } from "../../plan/plan.ts";
import { diffFormats } from "../../report/diff/renderers.ts";
import { doctorFormats } from "../../report/doctor/renderers.ts";
import { requestFormats } from "../../report/request/renderers.ts";
import { rulesFormats } from "../../report/rules/renderers.ts";
import { formats } from "../../report/run/renderers.ts";
import { traceFormats } from "../../report/trace/renderers.ts";
import { nodesOf } from "../identify/identify.ts";
import { catalogFormats } from "../help/format-help.ts";
import { rosterOf } from "../plan.ts";
import { allPlanFormats } from "../plan-formats.ts";
import { catalogDirectory } from "../shipped-files.ts";
import { exitCodes, type ExitCode, type Surroundings } from "../surroundings.ts";
import { beforeCursor } from "./before-cursor.ts";
import { type Candidate, candidatesFor, type CommandWords } from "./candidates.ts";

/**
 * Reads the words of a line up to the cursor from standard input, one a line, and prints what may replace the
 * last one, one candidate a line; what cannot be found out is left out.
 */
export async function completeCommand(
  shell: string,
  program: Command,
  { out, readStdin, env }: Pick<Surroundings, "out" | "readStdin" | "env">,
): Promise<ExitCode> {
  const line = new TextDecoder().decode(await readStdin()).replace(/\n$/, "");
  const { words, kept } = beforeCursor(shell, line.split("\n"));
  const atHome = words.map((word, at) => (at < words.length - 1 ? word.replace(/^~(?=\/)/, env["HOME"] ?? "~") : word));
  const found = await candidatesFor(program, atHome, lookUp);
  const say = (word: string, text = "") => out(text === "" ? `${word}\n` : `${word}\t${escapeUnseen(text)}\n`);
  for (const { word, text } of found.words) say(word.slice(kept), text);
  if (found.files) say(":files", found.beforeFile);
  return exitCodes.ok;
}

type Source = (line: CommandWords) => Promise<readonly Candidate[]>;

const listed =
  (names: readonly string[]): Source =>
  async () =>
    names.map((word) => ({ word, text: "" }));

const nodes: Source = async (line) =>
  nodesOf((await readAtHand(line)).topology).map(({ name, address }) => ({ word: name, text: address.join(", ") }));

const sections: Source = async (line) =>
  (await readAtHand(line)).catalog.sections.map(({ id, title }) => ({ word: id, text: title.en }));

const requirements: Source = async (line) =>
  (await readAtHand(line)).catalog.sections.flatMap((section) =>
    section.requirements.map(({ id, purpose }) => ({ word: id, text: purpose })),
  );

/** Of the topology that is named on the line, or of the usual one. */
const flows: Source = async (line) => {
  const { topology, catalog, roster } = await readAtHand(line);
  return plan(catalog, topology, roster).flows.map(({ id, service }) => ({ word: id, text: service }));
};

const lists: Source = async () => [
  ...(await catalogs({ command: "", arguments: [] })),
  ...pluginKinds.map((word) => ({ word, text: "what a site talks to besides agents and SNMP" })),
];

const catalogs: Source = async () =>
  (await listCatalogs(catalogDirectory)).map((word) => ({ word, text: "a catalog that comes with portmatrix" }));

/** Where words come from that depend on the topology, or are long lists. */
const sources: Readonly<Record<string, Source>> = {
  "check --format": listed(formats),
  "check --diff-format": listed(diffFormats),
  "plan --format": listed(allPlanFormats),
  "request --format": listed(requestFormats),
  "rules --format": listed(rulesFormats),
  "trace --format": listed(traceFormats),
  "report --format": listed(formats),
  "diff --format": listed(diffFormats),
  "catalog --format": listed(catalogFormats),
  "demo --format": listed(formats),
  "doctor registration --format": listed(doctorFormats),
  "doctor setup --format": listed(doctorFormats),
  "explain reason": async () => reasonSchema.options.map((word) => ({ word, text: verdictOf(word) })),
  "catalog id|file|list": lists,
  ...Object.fromEntries(
    ["check", "plan", "request", "rules"].flatMap((command): [string, Source][] => [
      [`${command} --from`, nodes],
      [`${command} --section`, sections],
      [`${command} --only`, async (line) => [...(await nodes(line)), ...(await requirements(line))]],
      [`${command} --catalog`, catalogs],
    ]),
  ),
  "check --responders": async (line) => [
    ...(await nodes(line)),
    { word: "auto", text: "all that have a vantage point" },
  ],
  "init --stage": listed(stageSchema.options),
  "init --checkmk": async (line) =>
    (await catalogs(line)).flatMap(({ word, text }) =>
      word.startsWith("checkmk/") ? [{ word: word.slice("checkmk/".length), text }] : [],
    ),
  "listen --as": nodes,
  "listen --catalog": catalogs,
  "rules --for": nodes,
  "script --from": nodes,
  "script --catalog": catalogs,
  "trace topology": flows,
  "trace flow": flows,
  "trace --from": nodes,
  "trace --to": nodes,
  "trace --catalog": catalogs,
  "doctor registration --from": nodes,
  "doctor registration --host": nodes,
};

/** A topology that cannot be read has no words: a completion is no place for its mistakes. */
async function lookUp(place: string, line: CommandWords): Promise<readonly Candidate[]> {
  try {
    return (await sources[place]?.(line)) ?? [];
  } catch {
    return [];
  }
}

/** The topology of the line, and its catalog. Secrets are not needed for names, so each stands for itself. */
async function readAtHand({ arguments: [file = "portmatrix.yaml"] }: CommandWords): Promise<{
  topology: Topology;
  catalog: Catalog;
  roster: LoadedTopology["roster"];
}> {
  const env = new Proxy<Record<string, string>>({}, { get: () => "unread" });
  const { topology, roster } = await loadTopology(file, { env, rosterOf });
  return { topology, roster, catalog: await loadCatalog(topology.catalog, catalogDirectory) };
}
