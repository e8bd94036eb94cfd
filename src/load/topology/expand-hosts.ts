import { isAbsolute, join, dirname } from "node:path";
import { InputError } from "../../model/text/problem.ts";
import type { Problem } from "../../model/text/problem.ts";
import { hostSchema, includeSchema } from "../../model/topology/topology.ts";
import { readHostEntry } from "./host-entry.ts";
import type { RawHost } from "./host-entry.ts";
import type { HostTable } from "./host-table.ts";
import { hostsOfInventory, type Inventories, type ListInventory, openInventories } from "./inventory-hosts.ts";
import type { SourceDocument } from "../yaml/document.ts";
import { formatPath } from "../yaml/place.ts";
import type { Locate, Path, Place } from "../yaml/place.ts";
import { schemaProblems } from "../yaml/schema-problems.ts";
import { readText } from "../text-file.ts";
import { topologyRemedies } from "./topology-remedies.ts";
import { inThousands } from "../../model/thousands.ts";

/** Most hosts that one topology may have, ranges and tables included. */
const mostHosts = 100_000;
/** Largest CSV table, in bytes. */
const tableLimit = 10_000_000;

/** Finds the place of a value inside of a host, by the host's index in the topology; paths are relative to the host. */
export type Origin = (host: number, ...place: Parameters<Locate>) => Place;

/** Hosts written out one by one, not yet validated, and for each of them where it came from. */
export interface ExpandedHosts {
  hosts: unknown[];
  origins: Origin[];
  problems: Problem[];
  /** Networks that stand for their hosts: those of `hosts` from `first` to before `end`. */
  networks: { network: string; name: string; first: number; end: number }[];
}

/**
 * Writes out the `hosts:` list of a topology: ranges, networks and CSV tables become single hosts. An entry with a
 * problem gives no host, so that it is reported once. Tables and inventories are looked for beside the topology.
 */
export async function expandHosts(
  source: SourceDocument,
  entries: readonly unknown[],
  listInventory?: ListInventory,
): Promise<ExpandedHosts> {
  const result: ExpandedHosts = { hosts: [], origins: [], problems: [], networks: [] };
  const inventories = openInventories((path) => besideTopology(source.file, path), listInventory);
  for (const [index, entry] of entries.entries()) {
    const base: Path = ["hosts", index];
    const fromEntry: Locate = (path, part) => source.locate([...base, ...path], part);
    if (!isMap(entry)) {
      result.hosts.push(entry);
      result.origins.push((_, ...place) => fromEntry(...place));
    } else if (Object.hasOwn(entry, "include")) {
      await addTable(entry, fromEntry, source.file, result);
    } else if (Object.hasOwn(entry, "ansible")) {
      await addInventory(entry, fromEntry, inventories, result);
    } else addEntry(entry, fromEntry, result);
    if (result.hosts.length > mostHosts) {
      const message = `more than ${inThousands(mostHosts)} hosts; split the topology`;
      result.problems.push({ ...source.locate(base), message });
      break;
    }
  }
  return result;
}

function addEntry(entry: RawHost, place: Locate, result: ExpandedHosts): void {
  addHosts(entry, place, (_, ...asked) => place(...asked), result);
}

/** Adds the hosts that one entry or row stands for, with their origin; `place` is the entry's own. */
function addHosts(entry: RawHost, place: Locate, origin: Origin, result: ExpandedHosts): void {
  const pattern = readHostEntry(entry);
  if (Array.isArray(pattern)) {
    result.problems.push(
      ...pattern.map(({ path, message }) => ({ ...place(path), message })),
      ...otherFaults(entry, place),
    );
    return;
  }
  if (pattern.count > mostHosts) {
    const many = Number.isSafeInteger(pattern.count) ? inThousands(pattern.count) : "far too many";
    const message = `this entry expands to ${many} hosts; a topology has at most ${inThousands(mostHosts)}`;
    result.problems.push({ ...place([]), message });
    return;
  }
  const first = result.hosts.length;
  for (let index = 0; index < pattern.count && result.hosts.length <= mostHosts; index++) {
    result.hosts.push(withUsualAgent(pattern.at(index)));
    result.origins.push(origin);
  }
  const network = entry["network"] ?? entry["address"];
  if (pattern.count < 2 || typeof network !== "string" || !network.includes("/")) return;
  result.networks.push({ network, name: String(entry["name"]), first, end: result.hosts.length });
}

const settingsSchema = hostSchema.omit({ name: true, address: true });

/** What else is wrong in an entry whose name or address stands for no host, so that one run tells all mistakes. */
function otherFaults(entry: RawHost, locate: Locate): Problem[] {
  const { name: _name, address: _address, network: _network, ...value } = entry;
  const checked = settingsSchema.safeParse(value);
  const subject = { schema: settingsSchema, value, locate, ...topologyRemedies(["hosts", 0]) };
  return checked.success ? [] : schemaProblems(checked.error.issues, subject);
}

/**
 * A host with special agents has no Checkmk agent unless it says so: "API integrations if configured, else Checkmk agent"
 * is Checkmk's own default (docs/notes/special-agents.md).
 */
function withUsualAgent(host: RawHost): RawHost {
  const { special_agents: agents } = host;
  return Array.isArray(agents) && agents.length > 0 && host["agent"] === undefined ? { ...host, agent: "none" } : host;
}

async function addInventory(
  entry: RawHost,
  place: Locate,
  inventories: Inventories,
  result: ExpandedHosts,
): Promise<void> {
  const { hosts, problems } = await hostsOfInventory(entry, place, inventories);
  result.problems.push(...problems);
  for (const host of hosts) {
    if (result.hosts.length > mostHosts) return;
    result.hosts.push(withUsualAgent(host));
    // A host has a place of its own for what the entry says; its name and address come from the inventory.
    result.origins.push((_, path, part) => place(Object.hasOwn(entry, path[0] ?? "") ? path : ["ansible"], part));
  }
}

async function addTable(item: RawHost, itemPlace: Locate, topologyFile: string, result: ExpandedHosts): Promise<void> {
  const checked = includeSchema.safeParse(item);
  if (!checked.success) {
    const subject = { schema: includeSchema, value: item, locate: itemPlace, ...topologyRemedies(["hosts", 0]) };
    result.problems.push(...schemaProblems(checked.error.issues, subject));
    return;
  }
  const { include, ...defaults } = item;
  const file = besideTopology(topologyFile, String(include));
  const { readHostTable } = await import("./host-table.ts"); // brings a CSV parser, which most topologies need not load
  let table: HostTable;
  try {
    table = readHostTable(await readText(file, tableLimit), file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    result.problems.push(
      ...error.problems.map((problem) =>
        problem.line === undefined ? { ...itemPlace(["include"]), message: `${file}: ${problem.message}` } : problem,
      ),
    );
    return;
  }
  for (const problem of table.problems) result.problems.push(problem);
  const { locate } = table;
  const placeIn = (at: number, ...[[column, ...rest], part]: Parameters<Locate>): Place => {
    const name = column === undefined ? undefined : String(column);
    const { place, isEmpty } = locate(at, name);
    const isDefault = name !== undefined && isEmpty && Object.hasOwn(defaults, name);
    return isDefault ? itemPlace([name, ...rest], part) : withPath(place, name);
  };
  // One number for each host is all that is kept of a row.
  const firstHost = result.hosts.length;
  const rowOf: number[] = [];
  const origin: Origin = (host, ...place) => placeIn(rowOf[host - firstHost] ?? 0, ...place);
  for (const { cells, at } of table.rows) {
    if (result.hosts.length > mostHosts) return;
    addHosts({ ...defaults, ...cells }, (...place) => placeIn(at, ...place), origin, result);
    while (rowOf.length < result.hosts.length - firstHost) rowOf.push(at);
  }
}

/** A file that a topology names: relative to the topology's own directory; standard input has the working directory. */
export function besideTopology(topologyFile: string, path: string): string {
  return isAbsolute(path) || topologyFile === "stdin" ? path : join(dirname(topologyFile), path);
}

function withPath(place: Place, column: string | undefined): Place {
  return column === undefined ? place : { ...place, path: formatPath([column]) };
}

function isMap(value: unknown): value is RawHost {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
