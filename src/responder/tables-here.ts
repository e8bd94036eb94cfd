import { readFile, readdir, readlink } from "node:fs/promises";
import { endianness } from "node:os";

/** Most text that is given of a table, in characters. */
const mostText = 256 * 1024;

/**
 * The lines of the kernel's tables (proc(5)) about these local ports, as `wire/ip/socket-table.ts` describes them; empty
 * where there are none, as on other systems than Linux. With `withNames` the programs of the sockets too, as far as this
 * user may see them.
 */
export async function readTables(ports: readonly number[], withNames: boolean): Promise<string> {
  const wanted = new Set(ports.map((port) => port.toString(16).toUpperCase().padStart(4, "0")));
  const found: string[] = [];
  const counts: string[] = [];
  let isReadable = false;
  for (const kind of ["tcp", "tcp6", "udp", "udp6"]) {
    const text = await textOf(`/proc/net/${kind}`);
    if (kind === "tcp" && text !== "") isReadable = true;
    for (const line of text.split("\n")) {
      const port = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) /.exec(line)?.[1];
      if (port !== undefined && wanted.has(port)) found.push(`${kind} ${line.trim()}`);
    }
  }
  if (!isReadable) return "";
  for (const kind of ["snmp", "snmp6"])
    for (const line of (await textOf(`/proc/net/${kind}`)).split("\n"))
      if (/^(?:Udp:|Udp6(?:InDatagrams|NoPorts|InErrors)) /.test(line.replace(/\s+/, " ")))
        counts.push(`${kind} ${line.trim()}`);
  const tracked = new Set(ports.map((port) => `dport=${port}`));
  for (const line of (await textOf("/proc/net/nf_conntrack")).split("\n")) {
    const first = /\bdport=\d+/.exec(line)?.[0];
    if (first !== undefined && tracked.has(first)) found.push(`tracked ${line.trim()}`);
  }
  const names = withNames ? await namesOf(found) : [];
  return [`tables ${endianness().toLowerCase()}`, ...counts, ...names, ...found].join("\n").slice(0, mostText);
}

const textOf = (path: string): Promise<string> => readFile(path, "latin1").catch(() => "");

/** `name INODE PROGRAM` for the sockets in these lines. */
async function namesOf(lines: readonly string[]): Promise<string[]> {
  const inodes = new Set(lines.flatMap((line) => line.split(/\s+/)[10] ?? []).filter((inode) => inode !== "0"));
  const names: string[] = [];
  for (const pid of (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    for (const file of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const leadsTo = await readlink(`/proc/${pid}/fd/${file}`).catch(() => "");
      const inode = /^socket:\[(\d+)\]$/.exec(leadsTo)?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      names.push(`name ${inode} ${(await textOf(`/proc/${pid}/comm`)).trim()}`);
    }
  }
  return [...new Set(names)];
}
