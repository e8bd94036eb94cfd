import { z } from "zod";
import { portSchema } from "./address/port.ts";
import type { Observation } from "./outcome.ts";
import { serviceSpecSchema } from "./service.ts";

const port = portSchema();

/** How to authenticate an SNMP GET; the values of secrets stand here, so a task is never printed or stored. */
export const snmpCredentialsSchema = z.discriminatedUnion("version", [
  z.strictObject({ version: z.enum(["1", "2c"]), community: z.string() }),
  z.strictObject({
    version: z.literal("3"),
    user: z.string(),
    context: z.string().optional(),
    auth: z
      .strictObject({ protocol: z.enum(["md5", "sha", "sha224", "sha256", "sha384", "sha512"]), password: z.string() })
      .optional(),
    priv: z.strictObject({ protocol: z.enum(["des", "aes", "aes256b", "aes256r"]), password: z.string() }).optional(),
  }),
  /** None: only whether there is an agent, which engines of version 3 tell anybody (RFC 3414 §4). */
  z.strictObject({ version: z.literal("discovery") }),
]);
export type SnmpCredentials = z.infer<typeof snmpCredentialsSchema>;

/**
 * What is put on the wire. `request` is sent in the first segment and followed by a half-close; `service` is asked for
 * its own answer after the handshake.
 */
export const probeSpecSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("tcp"),
    port,
    request: z.string().optional(),
    service: serviceSpecSchema.optional(),
  }),
  z.strictObject({ kind: z.literal("udp"), port, payload: z.enum(["empty", "dns", "ntp"]) }),
  z.strictObject({ kind: z.literal("snmp"), port, credentials: snmpCredentialsSchema }),
  z.strictObject({ kind: z.literal("icmp") }),
  /**
   * A request to a responder, which holds the port: `key` is that of this probe alone. All in hexadecimal digits
   * (`wire/responder/token.ts`).
   */
  z.strictObject({
    kind: z.literal("responder"),
    transport: z.enum(["tcp", "udp"]),
    port,
    run: z.string(),
    tag: z.string(),
    key: z.string(),
  }),
]);
export type ProbeSpec = z.infer<typeof probeSpecSchema>;
export type ProbeKind = ProbeSpec["kind"];

/** One order to a vantage point. `target` is an IP literal or a name, which the vantage point resolves. */
export const taskSchema = z.strictObject({
  id: z.string(),
  target: z.string().min(1),
  /** No more than a timer can hold (setTimeout, 24.8 days). */
  timeoutMs: z.number().positive().max(0x7fff_ffff),
  probe: probeSpecSchema,
  /**
   * The service could be disturbed (docs/notes/probe-safety.md): the addresses of the target are probed one after the
   * other, and there is no second connection and no second empty datagram. A question over UDP, or SNMP, does no harm
   * twice.
   */
  careful: z.boolean().optional(),
  /** Some flow wants it closed: who closes it is not found out. */
  isBlockExpected: z.boolean().optional(),
  /** The target is the sender itself, or another node of the same machine: a name that leads home is right. */
  isOwnName: z.boolean().optional(),
});
export type Task = z.infer<typeof taskSchema>;

/** A vantage point, as one function: sends what the task says and returns what was seen. Never rejects for a network event. */
export type Observe = (task: Task, signal: AbortSignal) => Promise<Observation>;
