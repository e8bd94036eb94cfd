import type { z } from "zod";
import { InputError } from "../../model/text/problem.ts";
import { topologySchema } from "../../model/topology/topology.ts";
import type { Roster } from "../../model/plugin/plugin.ts";
import type { Topology } from "../../model/topology/topology.ts";
import { readDocument } from "../yaml/document.ts";
import type { SourceDocument, Stdin } from "../yaml/document.ts";
import { isIni } from "../foreign-file.ts";
import { expandHosts } from "./expand-hosts.ts";
import type { ExpandedHosts } from "./expand-hosts.ts";
import { expandVantages } from "./expand-vantages.ts";
import { readOutline } from "../yaml/outline.ts";
import type { Outline } from "../yaml/outline.ts";
import { orderProblems, refuseProblems } from "../yaml/place.ts";
import type { Locate } from "../yaml/place.ts";
import { noSuchFile } from "../text-file.ts";
import type { ListInventory } from "./inventory-hosts.ts";
import { readPlainHosts } from "./plain-hosts.ts";
import { checkPluginUses, pluginLists } from "./plugin-uses.ts";
import { checkNamesOnly, checkReferences } from "./references.ts";
import { schemaProblems } from "../yaml/schema-problems.ts";
import { withMeantKeys } from "../meant/other-keys.ts";
import { isHostTable } from "./table-dialect.ts";
import { topologyRemedies } from "../meant/topology-remedies.ts";
import { withUnnamedSites } from "./unnamed-sites.ts";

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A topology that is complete and consistent, and where each part of it was written. */
export interface LoadedTopology {
  topology: Topology;
  /** The file's name as the user gave it; `stdin` for `-`. */
  file: string;
  /** Paths are those of `topology`; the place is the file, list or table row that the value came from. */
  locate: Locate;
  /** Networks that the file writes as one, with the hosts that they stand for. */
  networks: readonly { network: string; name: string; nodes: readonly string[] }[];
  /** Where `{ env: NAME }` will be looked up, once a secret is needed. */
  env: Environment;
  /** The plug-ins that its special agents, active checks, notifications and exports were found in, if it has any. */
  roster?: Roster | undefined;
}

/** What `loadTopology` is given beside the path. */
interface LoadOptions extends Stdin {
  env?: Environment;
  /** The stage that the command line names, in place of the file's. */
  stage?: string | undefined;
  /** Finds the plug-ins of a catalog by its id; asked only for a topology that names plug-ins. */
  rosterOf?: (catalog: string) => Promise<Roster | undefined>;
  /** Starts ansible-inventory; without it only a saved list of an inventory can be read. */
  listInventory?: ListInventory;
}

/**
 * Loads a topology file: reads it, writes out ranges, networks and tables of hosts, validates it, and checks that its
 * parts fit together. Throws one `InputError` with every problem found. Names are
 * checked in any case, combinations only when every entry is well formed. No secret is resolved here; see `resolveSecrets`. `-` reads what `stdin` holds.
 */
export async function loadTopology(path: string, options: LoadOptions = {}): Promise<LoadedTopology> {
  const source = await readDocument(path, options, otherKind).catch((error: unknown) => throwWithRemedy(error));
  refuseRunRecord(source);
  const expanded = await expandHosts(source, listedHosts(source.value), options.listInventory);
  const locate = locateExpanded(source, expanded);
  const value = withUnnamedSites(withHosts(source.value, expanded.hosts), options.stage);
  const lists = pluginLists(value);
  const roster = lists.length === 0 ? undefined : await options.rosterOf?.(catalogIn(value));
  const plugins = roster === undefined ? [] : checkPluginUses(lists, roster, locate);
  const parsed = parseTopology(value, expanded.hosts);
  if (!parsed.success) {
    const problems = schemaProblems(parsed.error.issues, {
      schema: topologySchema,
      value,
      locate,
      ...topologyRemedies(),
    });
    // An entry that could not be expanded has no hosts, so what refers to them would be blamed wrongly.
    const names = expanded.problems.length > 0 ? [] : checkNamesOnly(outlineOf(value), locate);
    throw new InputError(orderProblems([...expanded.problems, ...problems, ...plugins, ...names], source.file));
  }
  refuseProblems([...expanded.problems, ...plugins], source.file);
  refuseProblems(checkReferences(parsed.data, locate), source.file);
  const topology = { ...parsed.data, vantages: expandVantages(parsed.data) };
  const networks = expanded.networks.map(({ network, name, first, end }) => ({
    network,
    name,
    nodes: topology.hosts.slice(first, end).map((host) => host.name),
  }));
  return { topology, file: source.file, locate, networks, env: options.env ?? {}, roster };
}

/** The names of a topology that is not valid, its keys read as they were meant. */
function outlineOf(value: unknown): Outline {
  const outline = readOutline(withMeantKeys(value));
  // Under a misspelt key or another word hosts were not written out: ranges, networks and tables still stand for theirs.
  const isWrittenOut = typeof value === "object" && value !== null && "hosts" in value;
  return isWrittenOut || outline.hosts.length === 0
    ? outline
    : { ...outline, lacks: { sites: false, ...outline.lacks, nodes: true } };
}

/** A topology that is not there can be begun: without its name, commands look for `portmatrix.yaml`. */
function throwWithRemedy(error: unknown): never {
  const [problem] = error instanceof InputError ? error.problems : [];
  if (problem?.file !== "portmatrix.yaml" || problem.message !== noSuchFile) throw error;
  const message = `${noSuchFile}; begin one with: portmatrix init (or name another file)`;
  throw new InputError([{ ...problem, message }]);
}

/** A run record is JSON, as a topology may be, and every key of it would be unknown. */
function refuseRunRecord({ value, file }: SourceDocument): void {
  const isObject = typeof value === "object" && value !== null;
  if (!isObject || !("results" in value && "summary" in value && "tool" in value)) return;
  const message =
    "this is a run record of check, not a topology; `portmatrix report` shows it, and `request --failing` takes it";
  throw new InputError([{ file, message }]);
}

/** The catalog that a topology names, before it has passed its schema. */
function catalogIn(value: unknown): string {
  const written = typeof value === "object" && value !== null && "catalog" in value ? value.catalog : undefined;
  return typeof written === "string" ? written : topologySchema.shape.catalog.parse(undefined);
}

/** What people hand in instead of a topology. */
function otherKind(text: string): string | undefined {
  if (isIni(text))
    return "this is an INI file, such as an Ansible inventory, which a topology names: hosts: [{ ansible: FILE }]";
  return isHostTable(text) ? "this is a table; a topology names it: hosts: [{ include: FILE }]" : undefined;
}

/** Hosts about which nothing is in doubt need not go through the schema, which takes most of a large topology's time. */
function parseTopology(value: unknown, hosts: readonly unknown[]): z.ZodSafeParseResult<Topology> {
  const plain = hosts.length === 0 ? undefined : readPlainHosts(hosts);
  if (plain === undefined) return topologySchema.safeParse(value);
  const parsed = topologySchema.safeParse(withHosts(value, []));
  return parsed.success ? { ...parsed, data: { ...parsed.data, hosts: plain } } : parsed;
}

function listedHosts(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null || !("hosts" in value)) return [];
  return Array.isArray(value.hosts) ? value.hosts : [];
}

function withHosts(value: unknown, hosts: readonly unknown[]): unknown {
  if (typeof value !== "object" || value === null || !("hosts" in value) || !Array.isArray(value.hosts)) return value;
  return { ...value, hosts };
}

/** A host's index in the topology is not its index in the file; everything else is where its path says. */
function locateExpanded(source: SourceDocument, { origins }: ExpandedHosts): Locate {
  return (path, part) => {
    const [top, index, ...rest] = path;
    const origin = top === "hosts" && typeof index === "number" ? origins[index] : undefined;
    return origin === undefined ? source.locate(path, part) : origin(Number(index), rest, part);
  };
}
