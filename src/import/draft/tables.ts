import type { DraftHost } from "./draft.ts";
import { hostExtras } from "./render-host.ts";

/** More hosts than this are a table beside the topology. */
const mostInline = 100;
/** Fewer hosts with the same settings are not worth a table of their own. */
const fewest = 20;

/** A table of hosts: its file, its rows, and what all of its hosts have besides. */
export interface HostsTable {
  file: string;
  extras: Record<string, unknown>;
  rows: readonly (readonly string[])[];
  columns: readonly string[];
  count: number;
}

/** Divides many hosts into tables of hosts with the same settings, and the others, which are in the topology itself. */
export function splitHosts(
  hosts: readonly DraftHost[],
  { stem, most = mostInline }: { stem: string; most?: number },
): { tables: HostsTable[]; inline: DraftHost[] } {
  if (hosts.length <= most) return { tables: [], inline: [...hosts] };
  const groups = new Map<string, DraftHost[]>();
  for (const host of hosts) {
    // A table has no place for a remark.
    const key = host.comment === undefined ? JSON.stringify(hostExtras(host)) : "remarks";
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [host]);
    else known.push(host);
  }
  const large = [...groups].filter(([key, members]) => key !== "remarks" && members.length >= fewest);
  const tables = large
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([, members], index) => tableOf(members, `${stem}-hosts${index === 0 ? "" : `-${index + 1}`}.csv`));
  const inTables = new Set(large.flatMap(([, members]) => members));
  return { tables, inline: hosts.filter((host) => !inTables.has(host)) };
}

function tableOf(hosts: readonly DraftHost[], file: string): HostsTable {
  const [first] = hosts;
  const cell = {
    name: ({ name }: DraftHost) => name,
    address: ({ addresses }: DraftHost) => addresses.join(" "),
    site: ({ site }: DraftHost) => site ?? "",
    os: ({ os }: DraftHost) => os ?? "",
    agent: ({ agent }: DraftHost) => agent ?? "",
    ping: ({ ping }: DraftHost) => (ping === undefined ? "" : String(ping)),
  };
  const columns = (Object.keys(cell) as (keyof typeof cell)[]).filter(
    (column) => column === "name" || column === "address" || hosts.some((host) => cell[column](host) !== ""),
  );
  const rows = hosts.map((host) => columns.map((column) => cell[column](host)));
  return { file, columns, rows, extras: first === undefined ? {} : hostExtras(first), count: hosts.length };
}
