/** What a worker can be behind a POSIX shell, best first. */
export const rungs = ["portmatrix", "node", "python", "perl", "bash"] as const;
export type ShellRung = (typeof rungs)[number];
/** The same, and what is behind PowerShell. */
export type Rung = ShellRung | "powershell";

/** Those that are nothing but sockets: the dialogues are held on this side. */
export type FarRuntime = Exclude<Rung, "portmatrix" | "node">;

/**
 * What sees ICMP errors without privilege on this machine, best first: the error queue of a socket is Linux's own
 * (ip(7), IP_RECVERR). Empty on other systems, as `os.platform()` calls them, where Node sends itself.
 */
export const rungsHere = (system: string): readonly ShellRung[] => (system === "linux" ? ["python", "perl"] : []);

/** What a rung cannot see, as the documents and reports say it; the tests of the lab hold it to that. */
export type Blindness =
  | "icmp-codes" // neither code nor sender of a rejection
  | "reset-distance" // who sent a reset
  | "services" // no bytes are passed, so nothing is asked
  | "datagrams"; // UDP and SNMP

/** Without privilege; what CAP_NET_RAW adds is said in docs/vantage-points.md. */
export const blindness = {
  portmatrix: ["icmp-codes", "reset-distance"],
  node: ["icmp-codes", "reset-distance"],
  python: [],
  perl: [],
  bash: ["icmp-codes", "reset-distance", "services", "datagrams"],
  powershell: ["icmp-codes", "reset-distance"],
} as const satisfies Record<Rung, readonly Blindness[]>;

/** Their names for people. */
export const rungNames = {
  portmatrix: "portmatrix",
  node: "Node",
  python: "Python",
  perl: "perl",
  bash: "bash",
  powershell: "PowerShell",
} as const satisfies Record<Rung, string>;
