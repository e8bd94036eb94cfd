import { access, readFile, readdir, realpath } from "node:fs/promises";
import { release } from "node:os";
import type { Inspect, InspectionPart, InspectionSource } from "../model/inspection.ts";
import { findProgram, mostBytes, runProgram } from "./run-program.ts";
import { readTables } from "./tables-here.ts";

/** So many files of xinetd are read. */
const mostFiles = 64;

/** The programs that may be started, with their arguments; there are no others (docs/inspection.md). */
const programs = {
  listeners: ["ss", "-Hltne"],
  nft: ["nft", "-j", "list", "ruleset"],
  iptables: ["iptables-save", "-c"],
  ip6tables: ["ip6tables-save", "-c"],
  "iptables-legacy": ["iptables-legacy-save", "-c"],
  "ip6tables-legacy": ["ip6tables-legacy-save", "-c"],
  controller: ["cmk-agent-ctl", "status", "--json", "--no-query-remote"],
  "socket-unit": [
    "systemctl",
    "show",
    "check-mk-agent.socket",
    "--no-pager",
    "-p",
    "LoadState,ActiveState,Listen,IPAddressAllow,IPAddressDeny",
  ],
} as const satisfies Partial<Record<InspectionSource, readonly [string, ...string[]]>>;
type Program = keyof typeof programs;

/** The files that are read in whole. */
const files = {
  "addresses-4": "/proc/net/fib_trie",
  "addresses-6": "/proc/net/if_inet6",
  counters: "/proc/net/netstat",
} as const satisfies Partial<Record<InspectionSource, string>>;

/**
 * Reads what this machine says of these ports, of its firewall and of what listens. Nothing is changed: files are opened
 * for reading, and a program is started only where it loads no kernel module, starts no service and writes nothing.
 */
export const inspectHere: Inspect = async ({ ports, sites, isSecond }) => {
  const parts: InspectionPart[] = [];
  const ofFirewall = ["nft", "iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy"] as const;
  parts.push(partOf("sockets", "read", Buffer.from(await readTables(ports, isSecond !== true), "latin1")));
  parts.push(await programOf("listeners"), await fileOf("counters", files.counters));
  for (const source of ofFirewall) parts.push(await programOf(source));
  if (isSecond !== true) {
    parts.push(await fileOf("addresses-4", files["addresses-4"]), await fileOf("addresses-6", files["addresses-6"]));
    parts.push(await programOf("controller"), await programOf("socket-unit"));
    for (const path of await xinetdFiles()) parts.push({ ...(await fileOf("xinetd", path)), name: path });
    for (const site of sites)
      parts.push({ ...(await fileOf("site", `/opt/omd/sites/${site}/etc/omd/site.conf`)), name: site });
  }
  return [...parts, partOf("end", "read", Buffer.alloc(0))];
};

const partOf = (source: InspectionPart["source"], state: InspectionPart["state"], bytes: Buffer): InspectionPart =>
  bytes.length > mostBytes ? { source, state: "long", bytes: "" } : { source, state, bytes: bytes.toString("base64") };

async function fileOf(source: InspectionSource, path: string): Promise<InspectionPart> {
  try {
    return partOf(source, "read", await readFile(path));
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    return partOf(source, code === "ENOENT" || code === "ENOTDIR" ? "absent" : "denied", Buffer.alloc(0));
  }
}

async function programOf(source: Program): Promise<InspectionPart> {
  const [name, ...argv] = programs[source];
  const path = await findProgram(name);
  if (!(await hasAnything(source, path)))
    return partOf(source, source === "controller" && path !== undefined ? "stopped" : "absent", Buffer.alloc(0));
  if (path === undefined) return partOf(source, "missing", Buffer.alloc(0));
  const { state, output } = await runProgram(path, argv);
  return partOf(source, state, output);
}

/**
 * Whether there is something to list, so that asking for it loads and starts nothing
 * (docs/notes/inspection.md#what-a-listing-may-do). Without a program of its own, nft lists what iptables made.
 */
async function hasAnything(source: Program, path: string | undefined): Promise<boolean> {
  switch (source) {
    case "listeners":
      return path !== undefined && (await isLoaded("tcp_diag"));
    case "nft":
      return isLoaded("nf_tables");
    case "iptables":
    case "ip6tables":
      if (path === undefined) return false;
      return (await isLegacy(path)) ? hasLegacyTables(source) : isLoaded("nf_tables");
    case "iptables-legacy":
    case "ip6tables-legacy": {
      const usual = await findProgram(source === "iptables-legacy" ? "iptables-save" : "ip6tables-save");
      const isTheSame = usual !== undefined && (await isLegacy(usual));
      return !isTheSame && (await hasLegacyTables(source));
    }
    case "controller":
      return path !== undefined && (await isRunning("cmk-agent-ctl"));
    case "socket-unit":
      return path !== undefined && (await isThere("/run/systemd/system"));
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const isLegacy = async (path: string): Promise<boolean> => (await realpath(path).catch(() => path)).includes("legacy");

/** Root alone may read the names of the tables; for others there may be some. */
async function hasLegacyTables(source: Program): Promise<boolean> {
  const file = source.startsWith("ip6") ? "/proc/net/ip6_tables_names" : "/proc/net/ip_tables_names";
  return (await isThere(file)) && (await readFile(file, "latin1").catch(() => "unknown")).trim() !== "";
}

/** A module that is not loaded would be, by the question alone; a kernel without modules has everything built in. */
async function isLoaded(module: string): Promise<boolean> {
  if ((await isThere(`/sys/module/${module}`)) || !(await isThere("/proc/modules"))) return true;
  const builtIn = await readFile(`/lib/modules/${release()}/modules.builtin`, "latin1").catch(() => "");
  return builtIn.split("\n").some((line) => line.endsWith(`/${module}.ko`));
}

/** A zombie (Z) or dead process (X) keeps its name until its parent asks how it ended; it runs no more (proc_pid_stat(5)). */
async function isRunning(name: string): Promise<boolean> {
  for (const pid of (await readdir("/proc").catch(() => [])).filter((one) => /^\d+$/.test(one))) {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
    const start = `${pid} (${name}) `;
    if (stat.startsWith(start) && !/[ZX]/.test(stat.charAt(start.length))) return true;
  }
  return false;
}

async function xinetdFiles(): Promise<string[]> {
  const names = await readdir("/etc/xinetd.d").catch(() => []);
  const own = names.filter((name) => !name.includes(".") && !name.endsWith("~")).toSorted();
  if (names.length === 0 && !(await isThere("/etc/xinetd.conf"))) return [];
  return ["/etc/xinetd.conf", ...own.map((name) => `/etc/xinetd.d/${name}`)].slice(0, mostFiles);
}
