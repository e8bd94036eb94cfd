import { z } from "zod";
import { portSchema } from "../address/port.ts";

/** What a responder can answer over. */
const transportSchema = z.enum(["tcp", "udp"]);
export type ResponderTransport = z.infer<typeof transportSchema>;

/** What became of a port that a responder was to hold. */
const placeStateSchema = z.enum([
  "held", // nobody had it, and the responder listens there
  "in-use", // something listens there already; it is left alone
  "not-here", // the machine has no such address
  "not-allowed", // the operating system refused it: a port below 1024 without privilege
  "failed", // any other error; the errno says which
  "released", // it was held, and is no longer
]);
export type PlaceState = z.infer<typeof placeStateSchema>;

const address = z.string().min(1).max(300);
const errno = z.string().max(40);

/** One port of one address, and what is known of it. */
export const placeSchema = z.strictObject({
  protocol: transportSchema,
  /** The address as the topology writes it. */
  asked: address,
  /** The literal; that of a name as it was resolved at the responder. */
  address,
  port: portSchema(),
  state: placeStateSchema,
  errno: errno.optional(),
  /** Programs that listen on the port, as far as they can be seen, and at which addresses. */
  holders: z.array(z.string().max(100)).max(8).optional(),
  boundTo: z.array(address).max(8).optional(),
  /** More came than could be read: what is not told may have arrived. */
  isFlooded: z.literal(true).optional(),
  /** Connections that nobody accepted: so many at least waited at the service each time that was looked. */
  waiting: z.number().int().min(1).optional(),
});
export type ResponderPlace = z.infer<typeof placeSchema>;

/**
 * Something that came in at a responder's machine. `token`: a request that proved itself. `kernel`: an entry of the
 * kernel's own table, so no more than that something came from there.
 */
export const arrivalSchema = z.strictObject({
  at: z.iso.datetime(), // by the clock of that machine
  how: z.enum(["token", "kernel"]),
  protocol: transportSchema,
  /** Where it arrived. */
  address,
  port: portSchema(),
  /** Who sent it, as seen there. */
  from: address,
  fromPort: z.number().int().min(0).max(65_535),
  /** Time to live, or hop limit, that was left. */
  ttl: z.number().int().min(0).max(255).optional(),
  /** Which probe it belongs to, as 32 hexadecimal digits; only `token`. */
  tag: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  /** Where the sender sent it, if that is not where it arrived. */
  askedAddress: address.optional(),
  askedPort: portSchema().optional(),
  /** What the kernel's entry is: a handshake that is not complete, a connection, or a flow that its firewall tracks. */
  state: z.enum(["handshake", "connection", "tracked"]).optional(),
});
export type Arrival = z.infer<typeof arrivalSchema>;

/** What a responder is told. The key is a secret: an order is never printed or stored. */
export const respondOrderSchema = z.strictObject({
  /** 64 hexadecimal digits. */
  key: z.string(),
  places: z.array(
    z.strictObject({
      protocol: transportSchema,
      address: z.string(),
      port: portSchema(),
      /** Given back as soon as each of these probes has come in. */
      releaseAfter: z.array(z.string()).optional(),
    }),
  ),
  /** Everything is given back after so long, whatever happens. */
  forMs: z.number().positive().max(0x7fff_ffff),
  /** Nothing is held: ports are taken and given back at once, to see who has them, and the kernel's tables are read. */
  looksOnly: z.literal(true).optional(),
  /** How often the kernel's tables are read; never if absent. */
  watchEveryMs: z.number().positive().max(0x7fff_ffff).optional(),
  /** Tells how many datagrams the kernel handed over, again and again, with those that wait at this port. */
  counts: z.strictObject({ port: portSchema(), everyMs: z.number().positive().max(0x7fff_ffff) }).optional(),
});
export type RespondOrder = z.infer<typeof respondOrderSchema>;

const count = z.number().int().min(0);

/** What the kernel of a machine counts of datagrams, of all its ports together, and how many bytes wait at one. */
const datagramCountsSchema = z.strictObject({ datagrams: count, queuedBytes: count });
export type DatagramCounts = z.infer<typeof datagramCountsSchema>;

/** What a responder says. `ready` comes once, when each place has been tried; `ended` comes last. */
export const responderEventSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("place"), place: placeSchema }),
  z.strictObject({ kind: z.literal("ready") }),
  z.strictObject({ kind: z.literal("arrival"), arrival: arrivalSchema }),
  z.strictObject({ kind: z.literal("counts"), counts: datagramCountsSchema }),
  z.strictObject({ kind: z.literal("ended"), detail: z.string().max(500).optional() }),
]);
export type ResponderEvent = z.infer<typeof responderEventSchema>;

/** What the far end of one flow has to say: the state of its port there, and what arrived of the flow. */
export const farEndSchema = z.strictObject({
  /** `assumed`: a responder is said to be there, and nothing more is known. */
  state: z.union([placeStateSchema, z.literal("assumed")]),
  holders: z.array(z.string()).optional(),
  boundTo: z.array(z.string()).optional(),
  /** True where the kernel's table of connections was read again and again, so that what is not in it did not arrive. */
  isWatched: z.boolean().optional(),
  /** More came to the port than could be read, so what is not told may have arrived. */
  isFlooded: z.literal(true).optional(),
  /** Connections that nobody accepted: so many at least waited at the service each time that was looked. */
  waiting: z.number().int().min(1).optional(),
  /** True for a service that answers nobody, so that its silence means nothing. */
  isMute: z.boolean().optional(),
  /**
   * How many datagrams were sent while this probe alone was under way to the machine, by how much the kernel's count rose
   * meanwhile, and whether it began to when the first was sent and stood still before. The count is of all senders and ports.
   */
  counted: z.strictObject({ sent: count, datagrams: count, isOnTime: z.boolean() }).optional(),
  arrivals: z.array(arrivalSchema),
});
export type FarEnd = z.infer<typeof farEndSchema>;

/** What `listen --record` writes and `--merge` reads. */
export const arrivalsFileSchema = z.strictObject({
  format: z.literal("portmatrix-arrivals/1"),
  tool: z.strictObject({ name: z.literal("portmatrix"), version: z.string() }),
  node: z.string(),
  /** Made from the key; both sides have the same if they have the same key. */
  run: z.string().regex(/^[0-9a-f]{16}$/),
  /** SHA-256 of the plan's flows at that node. */
  plan: z.string().regex(/^[0-9a-f]{64}$/),
  startedAt: z.iso.datetime(),
  /** When it ended; absent while it is still listening. */
  endedAt: z.iso.datetime().optional(),
  isWatched: z.boolean(),
  places: z.array(placeSchema).max(100_000),
  arrivals: z.array(arrivalSchema).max(1_000_000),
  /** Ids of the flows of each probe that arrived, by its tag. */
  flows: z.record(z.string(), z.array(z.string())),
});
export type ArrivalsFile = z.infer<typeof arrivalsFileSchema>;
