/** What a command gets from the process that runs it; `cli.ts` fills it in, tests hand in their own. */
export interface Surroundings {
  out: (text: string) => void;
  err: (text: string) => void;
  env: Readonly<Record<string, string | undefined>>;
  /** All of standard input, for a topology named `-`. */
  readStdin: () => Promise<Uint8Array>;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  stdoutIsTerminal: boolean;
  stderrIsTerminal: boolean;
  /** Width of the terminal in characters, if stdout is one. */
  columns: number | undefined;
  /** Size of the terminal now, if stdout is one; it changes with the window. */
  terminal: () => { columns: number | undefined; rows: number | undefined };
  /** Version of portmatrix. */
  version: string;
  /** Version of Node. */
  node?: string;
  /**
   * Told when a run begins to send, and when all that is left is to compute and to write: in between a signal ends it with
   * what it knows, before and afterwards it ends the process at once.
   */
  onProbing?: (isProbing: boolean) => void;
  /**
   * Told while a program of the user runs that would not end with this process, such as ansible-inventory: a signal aborts
   * `signal`, which ends the program, before it ends the process.
   */
  onChild?: (isRunning: boolean) => void;
  /** Whose rights this process has, where the system knows users. */
  identity?: {
    isRoot: () => boolean;
    /** For good, with no other groups. */
    become: (user: { uid: number; gid: number }) => void;
  };
}

/** Exit codes (docs/ci.md) that a command can return by itself; the rest comes from the roll-up. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, undecided: 3, internal: 70, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
