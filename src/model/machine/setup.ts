import { z } from "zod";

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
const setupStateSchema = z.enum(["ok", "note", "missing"]);

/** One line of the report. */
const setupEntrySchema = z.strictObject({
  id: z.string(),
  state: setupStateSchema,
  title: z.string(),
  message: z.string(),
  /** What to do, and the commands to copy; absent where all is well. */
  remedy: z.string().optional(),
  commands: z.array(z.string()).readonly().optional(),
});
export type SetupEntry = z.infer<typeof setupEntrySchema>;

/** What `doctor setup --format json` prints. Ids are stable, messages are not. */
export const setupRecordSchema = z
  .strictObject({
    format: z.literal(1),
    doctor: z.literal("setup"),
    tool: z.strictObject({ name: z.literal("portmatrix"), version: z.string() }),
    platform: z.string(),
    node: z.string(),
    verdict: z.enum(["ready", "undecided"]),
    entries: z.array(setupEntrySchema).readonly(),
  })
  .meta({ id: "setup", title: "portmatrix doctor setup" });
export type SetupRecord = z.infer<typeof setupRecordSchema>;
