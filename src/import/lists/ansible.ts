import { InputError } from "../../model/problem.ts";
import type { Notice } from "../draft/draft.ts";
import type { ListedHost } from "./list-draft.ts";

type Json = Readonly<Record<string, unknown>>;
const mapOf = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};

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

/**
 * The hosts of what `ansible-inventory --list` writes. Of the variables only `ansible_host` and `ansible_connection` are
 * read: the others may hold secrets.
 */
export function readInventory(text: string, file: string): { hosts: ListedHost[]; notices: Notice[] } {
  const inventory = parseJson(text, file);
  const variables = mapOf(mapOf(inventory["_meta"])["hostvars"]);
  const names = new Set(Object.keys(variables));
  for (const [group, members] of Object.entries(inventory)) {
    if (group === "_meta") continue;
    const hosts = mapOf(members)["hosts"];
    if (Array.isArray(hosts)) for (const host of hosts as unknown[]) if (typeof host === "string") names.add(host);
  }
  if (names.size === 0 && inventory["_meta"] === undefined) {
    const message = "this is not what ansible-inventory --list writes: it has neither _meta nor groups with hosts";
    throw new InputError([{ file, message }]);
  }
  const notices: Notice[] = [
    { about: "", text: "an inventory does not tell which hosts speak SNMP; write snmp: at those" },
  ];
  const hosts = [...names].toSorted().map((name): ListedHost => {
    const own = mapOf(variables[name]);
    const address = own["ansible_host"];
    const connection = String(own["ansible_connection"] ?? "");
    const isDevice = ofDevices.has(connection);
    if (isDevice)
      notices.push({ about: name, text: "no agent was assumed, because Ansible talks to a network device there" });
    return {
      name,
      addresses: typeof address === "string" && address !== "" ? [address] : [],
      ...(ofWindows.has(connection) ? { os: "windows" } : {}),
      ...(isDevice ? { os: "other", agent: "none" } : {}),
    };
  });
  return { hosts, notices };
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
