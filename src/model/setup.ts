/** What one look at this machine gave: it is there, or a sentence that says why not. */
export type Found = { is: "there"; what: string } | { is: "absent"; why: string };

/** What this machine offers to who probes from it. */
export interface SetupFacts {
  /** `linux`, `darwin`, `win32` … as Node calls it. */
  platform: string;
  node: string;
  /** Raw sockets of this process. */
  rawSocket: Found;
  /** The program ping, proven by an echo to this machine. */
  ping: Found;
  /** Workers that see ICMP errors without privilege, by what runs them. */
  python: Found;
  perl: Found;
  /** The last resort of a vantage point on another machine; here for comparison. */
  bash: Found;
  ssh: Found;
  /** Addresses over IPv6 that other machines can reach. */
  ipv6: readonly string[];
  openFiles: number;
  /** Connection tracking; absent where nothing is tracked or the system does not tell. */
  tracking?: { count: number; max: number };
}

/** `missing` leaves flows undecided; a `note` costs something and decides all the same. */
export type SetupState = "ok" | "note" | "missing";

/** One line of the report. */
export interface SetupEntry {
  id: string;
  state: SetupState;
  title: string;
  message: string;
  /** What to do, and the commands to copy; absent where all is well. */
  remedy?: string;
  commands?: readonly string[];
}

/** What `doctor setup --format json` prints. */
export interface SetupRecord {
  format: 1;
  doctor: "setup";
  tool: { name: "portmatrix"; version: string };
  platform: string;
  node: string;
  verdict: "ready" | "undecided";
  entries: readonly SetupEntry[];
}
