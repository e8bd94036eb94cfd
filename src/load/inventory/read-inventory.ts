import { InputError } from "../../model/text/problem.ts";

type Json = Readonly<Record<string, unknown>>;
const mapOf = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
const namesIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];

/** Connections of network devices: nothing runs on them that could be an agent. */
const ofDevices = new Set([
  "network_cli",
  "netconf",
  "httpapi",
  "ansible.netcommon.network_cli",
  "ansible.netcommon.netconf",
  "ansible.netcommon.httpapi",
]);
const ofWindows = new Set(["winrm", "psrp", "ansible.builtin.winrm", "ansible.builtin.psrp"]);

/** A host as an inventory tells it. */
export interface InventoryHost {
  name: string;
  /** As it was written; none: the name is the address. */
  addresses: readonly string[];
  os?: "windows" | "other";
  agent?: "none";
}

/** What `ansible-inventory --list` told. */
export interface Inventory {
  /** Sorted by name. */
  hosts: readonly InventoryHost[];
  groups: readonly string[];
  /** The names of a group's hosts, those of its children among them; `all` is every host. */
  membersOf: (group: string) => ReadonlySet<string> | undefined;
}

/**
 * The hosts of what `ansible-inventory --list` writes. Of the variables only `ansible_host` and `ansible_connection` are
 * read: the others may hold secrets.
 */
export function readInventory(text: string, file: string): Inventory {
  const { _meta: meta, ...groups } = parseJson(text, file);
  const variables = mapOf(mapOf(meta)["hostvars"]);
  const names = new Set([
    ...Object.keys(variables),
    ...Object.values(groups).flatMap((one) => namesIn(mapOf(one)["hosts"])),
  ]);
  if (names.size === 0 && meta === undefined) {
    const message = "this is not what ansible-inventory --list writes: it has neither _meta nor groups with hosts";
    throw new InputError([{ file, message }]);
  }
  return {
    hosts: [...names].toSorted().map((name) => hostOf(name, mapOf(variables[name]))),
    groups: Object.keys(groups).toSorted(),
    membersOf: (group) =>
      group === "all" ? names : Object.hasOwn(groups, group) ? membersIn(groups, group) : undefined,
  };
}

function hostOf(name: string, own: Json): InventoryHost {
  const address = own["ansible_host"];
  const connection = String(own["ansible_connection"] ?? "");
  return {
    name,
    addresses: typeof address === "string" && address !== "" ? [address] : [],
    ...(ofWindows.has(connection) ? { os: "windows" } : {}),
    ...(ofDevices.has(connection) ? { os: "other", agent: "none" } : {}),
  };
}

/** Groups may be children of several; one in a circle is looked at once. */
function membersIn(groups: Json, group: string): Set<string> {
  const members = new Set<string>();
  const seen = new Set<string>();
  const left = [group];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const { hosts, children } = mapOf(Object.hasOwn(groups, next) ? groups[next] : undefined);
    for (const name of namesIn(hosts)) members.add(name);
    left.push(...namesIn(children));
  }
  return members;
}

function parseJson(text: string, file: string): Json {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // said below: the parser's message would repeat a part of the text, which may be a secret
  }
  throw new InputError([{ file, message: "this is not JSON as ansible-inventory --list writes it" }]);
}
