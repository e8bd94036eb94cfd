import { z } from "zod";
import { serviceEvidenceSchema } from "./service-evidence.ts";

/** Why this side could not send; each has its own remedy, none says anything about the network. */
export const unsentCauseSchema = z.enum([
  "privilege", // the operating system refused the socket (no CAP_NET_RAW)
  "program-missing", // there is neither a raw socket nor the ping program
  "descriptors", // EMFILE, ENFILE, ENOBUFS, ENOMEM
  "source-ports", // EADDRNOTAVAIL, EADDRINUSE
  "name", // the name did not resolve here
  "name-leads-home", // the name resolved to the sender itself, or to no host
  "no-route", // the routing table of this machine has no way there
  "local-firewall", // EPERM: a rule of this machine refused to send
  "connection-table-full", // EPERM or silence while this machine could track no new connection
  "vantage", // the vantage point could not be opened or broke off
  "not-supported", // the version of portmatrix there or here does not know what was asked or answered
  "aborted", // the run was interrupted
  "internal", // anything else; the detail says what
]);
export type UnsentCause = z.infer<typeof unsentCauseSchema>;

const milliseconds = z.number().nonnegative();

/**
 * What one probe saw: a fact, not an opinion. `silent` is a fact about the network, `unsent` one about this side.
 * `rttMs` is the time from the request to the first answer, on the monotonic clock.
 */
export const outcomeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("open"), rttMs: milliseconds }),
  z.strictObject({ kind: z.literal("refused"), rttMs: milliseconds }),
  z.strictObject({ kind: z.literal("prohibited"), rttMs: milliseconds }),
  z.strictObject({ kind: z.literal("unreachable"), rttMs: milliseconds }),
  z.strictObject({ kind: z.literal("silent"), waitedMs: milliseconds }),
  z.strictObject({ kind: z.literal("unsent"), cause: unsentCauseSchema, detail: z.string() }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;
export type OutcomeKind = Outcome["kind"];

/** The objects that an agent is asked for. */
const snmpObjectSchema = z.enum(["sysDescr", "sysObjectId", "sysUpTime"]);
export type SnmpObject = z.infer<typeof snmpObjectSchema>;

/** What an SNMP answer said. `report` names the usmStats counter of a v3 Report PDU (RFC 3414 §3.2). */
const snmpEvidenceSchema = z.strictObject({
  version: z.enum(["1", "2c", "3"]),
  /** The version that is configured, where it differs from `version`: the agent was silent there and answered here. */
  configuredVersion: z.literal("2c").optional(),
  sysDescr: z.string().optional(),
  sysObjectId: z.string().optional(),
  sysUpTimeTicks: z.number().int().nonnegative().optional(), // hundredths of a second
  /** Error status of the response PDU, e.g. noSuchName, or exception per varbind, e.g. noSuchObject. */
  errorStatus: z.string().optional(),
  /** What was asked for and did not come, or came as something else than it is. */
  missing: z.array(snmpObjectSchema).optional(),
  engineId: z.string().optional(), // hexadecimal
  report: z
    .enum([
      "unsupported-security-level",
      "not-in-time-window",
      "unknown-user",
      "unknown-engine",
      "wrong-digest",
      "decryption-error",
    ])
    .optional(),
  /** The GET stayed unanswered, but the agent answered the credential-free v3 engine discovery. */
  discoveryOnly: z.boolean().optional(),
});
export type SnmpEvidence = z.infer<typeof snmpEvidenceSchema>;

/** What a probe can say besides its outcome. Foreign text is cut and stripped of control characters before it gets here. */
export const evidenceSchema = z.strictObject({
  errno: z.string().optional(),
  /** True when a raw socket read the ICMP error; false when only an errno is known, which several ICMP codes share. */
  codeSeen: z.boolean().optional(),
  /** Who sent the ICMP error, and its type and code, e.g. `3/13`; known only where a raw socket saw the message. */
  reporter: z.string().optional(),
  icmpCode: z.string().optional(),
  /**
   * An ICMP error that quotes one of our packets, but may be forged: the kernel, which knows the sequence number of a
   * SYN, did not take it for its own, or somebody tried out ports. It decided nothing.
   */
  unverifiedError: z.strictObject({ reporter: z.string(), icmpCode: z.string() }).optional(),
  localAddress: z.string().optional(),
  localPort: z.number().int().optional(),
  /** The answer came from another address than the one that was asked. */
  replyFrom: z.string().optional(),
  /** The answer came from another port than the one that was asked. */
  replyFromPort: z.number().int().min(1).max(65_535).optional(),
  replyBytes: z.number().int().nonnegative().optional(),
  /** The reply decoded as the protocol that was asked and carried the request's id. */
  replyMatches: z.boolean().optional(),
  /**
   * The second of two tries within one attempt, at least a second after the first, decided, or neither of them was
   * answered.
   */
  tries: z.literal(2).optional(),
  /** What the reply said, in a few words, e.g. `NXDOMAIN`, `stratum 2`. */
  replySummary: z.string().optional(),
  /** Time to live that was left when the first answer arrived: echo reply, SYN-ACK or reset over IPv4. */
  ttl: z.number().int().optional(),
  /** Of a reset: it came a shorter way than the host's echo reply; false if it did not. Found out without privilege. */
  resetNearer: z.boolean().optional(),
  method: z.enum(["raw-socket", "ping-socket", "ping"]).optional(),
  /**
   * The web proxy that the sender's environment names for what was asked without success: the variable, and the proxy without a
   * login, where it can be read. Nothing was sent to it.
   */
  webProxy: z.strictObject({ variable: z.string(), url: z.string().optional() }).optional(),
  /** What the responder at the port said of the request as it saw it; `answered` is false if it said nothing. */
  responder: z
    .strictObject({
      answered: z.boolean(),
      seenAddress: z.string().optional(),
      seenPort: z.number().int().min(0).max(65_535).optional(),
      seenTtl: z.number().int().min(0).max(255).optional(),
    })
    .optional(),
  snmp: snmpEvidenceSchema.optional(),
  service: serviceEvidenceSchema.optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** What one address answered. `address` is absent when the name did not resolve. */
export const answerSchema = z.strictObject({
  address: z.string().optional(),
  outcome: outcomeSchema,
  evidence: evidenceSchema,
});
export type Answer = z.infer<typeof answerSchema>;

/** Everything one task saw: one answer for each address that the target has at its vantage point, never none. */
export const observationSchema = z.strictObject({ answers: z.array(answerSchema).min(1) });
export type Observation = z.infer<typeof observationSchema>;
