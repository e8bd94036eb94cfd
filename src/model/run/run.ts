import { z } from "zod";
import { answerSchema, evidenceSchema, outcomeSchema, unsentCauseSchema } from "../outcome.ts";
import { scriptShells } from "../shell.ts";
import { inspectionSchema } from "../inspection.ts";
import { portSchema } from "../address/port.ts";
import { reportHeadSchema } from "../topology/report-head.ts";
import { farEndSchema } from "./responder.ts";
import { reasonSchema } from "../reason.ts";
import { workerSchema } from "../topology/vantage-spec.ts";
import { traceSchema } from "./walk.ts";
import { expectationSchema, proofSchema, stageSchema, transportSchema, verdictSchema } from "../verdict.ts";

/** The names of all outcomes, for the flat form in the run record. */
export const outcomeKindSchema = z.enum(outcomeSchema.options.map((option) => option.shape.kind.value));

/** Where a TCP reset probably came from, by its time to live: the host itself, or something nearer than the host. */
const resetOriginSchema = z.enum(["host-likely", "middlebox-likely"]);
export type ResetOrigin = z.infer<typeof resetOriginSchema>;

/**
 * The port was silent after the first connections to the same address had been answered, as a limit on new connections
 * makes it, and was asked once more, alone and after a pause: what that gave, and how many were answered and silent.
 */
const askedSlowerSchema = z.strictObject({
  outcome: outcomeKindSchema,
  answered: z.number().int().nonnegative(),
  silent: z.number().int().nonnegative(),
});
export type AskedSlower = z.infer<typeof askedSlowerSchema>;

/**
 * A refusal or an ICMP error that was not confirmed by asking again, because so many targets of the same network gave the
 * same answer to the same question: `confirmed` of the `alike` were asked again, and all of these gave it again. Results
 * with this evidence have one attempt; those that were asked again have two or more.
 */
const bySampleSchema = z.strictObject({
  network: z.string(),
  alike: z.number().int().positive(),
  confirmed: z.number().int().positive(),
});
export type BySample = z.infer<typeof bySampleSchema>;

/**
 * The flow was silent behind somebody who sent ICMP errors for `told` probes of the same sender and may have held others
 * back, as hosts do that send one a second. `outcome` is what asking again at that pace gave; absent where it was not
 * asked, because there was no time or it may be asked only once: then it cannot be told. `silent` are all such probes.
 */
const askedAtReporterPaceSchema = z.strictObject({
  reporter: z.string(),
  told: z.number().int().positive(),
  silent: z.number().int().positive(),
  outcome: outcomeKindSchema.optional(),
});
export type AskedAtReporterPace = z.infer<typeof askedAtReporterPaceSchema>;

/** Evidence of a result: that of the answer that decided, what was waited or why nothing was sent, and all the rest. */
const resultEvidenceSchema = evidenceSchema.extend({
  waitedMs: z.number().nonnegative().optional(),
  cause: unsentCauseSchema.optional(),
  detail: z.string().optional(),
  /** Id of the flow that proves that a `blocked` verdict is not a typo or a dead host. */
  control: z.string().optional(),
  /** Id of a flow that was refused at the same address, where no control was found: that is no proof of a live host. */
  refusal: z.string().optional(),
  /**
   * A decoy port, one of the same address that no list names, and what it said: whatever accepts there accepts
   * everything. Records have had this key from the first, so it keeps its name.
   */
  canary: z.strictObject({ port: portSchema(), outcome: outcomeKindSchema }).optional(),
  /** Absent where no other answer of the same address could be compared. */
  resetFrom: resetOriginSchema.optional(),
  /** Id of the flow that satisfied the group of alternatives. */
  satisfiedBy: z.string().optional(),
  askedSlower: askedSlowerSchema.optional(),
  bySample: bySampleSchema.optional(),
  askedAtReporterPace: askedAtReporterPaceSchema.optional(),
  /** Where it dies, as far as walks show (`--trace`). */
  trace: traceSchema.optional(),
  /** What the target says of itself (`--inspect`). */
  inspection: inspectionSchema.optional(),
  /** What was seen at the other end of the flow. */
  farEnd: farEndSchema.optional(),
  /** Every address of the target, when it has several at the vantage point. */
  addresses: z.array(answerSchema).optional(),
  /** What earlier attempts saw, oldest first. */
  earlier: z.array(answerSchema).optional(),
});
export type ResultEvidence = z.infer<typeof resultEvidenceSchema>;

export const resultSchema = z.strictObject({
  id: z.string(),
  section: z.string(),
  requirement: z.string(),
  service: z.string(),
  short: z.string(),
  from: z.string(),
  to: z.string(),
  address: z.string(), // the address that answered or was asked last; else as the topology writes it
  protocol: transportSchema,
  port: portSchema().optional(), // absent for ICMP
  expect: expectationSchema,
  vantage: z.string().optional(), // the node that sent; absent when nothing was sent
  outcome: outcomeKindSchema.optional(),
  rttMs: z.number().nonnegative().optional(),
  attempts: z.number().int().nonnegative(),
  takenAt: z.iso.datetime().optional(), // when it was asked last, where that is not the time of the run: in a watch, by a script
  evidence: resultEvidenceSchema,
  verdict: verdictSchema,
  reason: reasonSchema,
  proof: proofSchema,
  message: z.string(),
  advice: z.string().optional(), // absent for pass
});
export type Result = z.infer<typeof resultSchema>;

/** A result as `judge` leaves it: codes only. `report/reasons/phrase.ts` makes a result of it. */
export type Judgement = Omit<Result, "message" | "advice"> & {
  /** Why the absence of this service is normal, as the catalog says it; only with reason `absence-is-normal`. */
  tolerated?: string | undefined;
};

const count = z.number().int().nonnegative();
export const summarySchema = z.strictObject({
  verdict: verdictSchema,
  pass: count,
  warn: count,
  fail: count,
  unknown: count,
  error: count,
  skipped: count,
});
export type Summary = z.infer<typeof summarySchema>;

/** A connection to a decoy port: a port that no requirement names. Whoever watches for scans may take it for one. */
export const decoySentSchema = z.strictObject({
  from: z.string(),
  to: z.string(),
  address: z.string(),
  port: portSchema(),
  outcome: outcomeKindSchema,
});
export type DecoySent = z.infer<typeof decoySentSchema>;

/** What sent at vantage points that are not this process itself, and what it cannot see; or why none could be opened. */
export const vantageFactSchema = z.strictObject({
  nodes: z.array(z.string()).min(1),
  /** The program in front and who answered, e.g. `ssh (Python 3.11.2)`; absent where none could be opened. */
  through: z.string().optional(),
  worker: z.enum([...workerSchema.options, "powershell"]).optional(),
  /** Without privilege (docs/vantage-points.md). */
  cannotSee: z.array(z.enum(["icmp-codes", "reset-distance", "services", "datagrams"])).optional(),
  notOpened: z
    .strictObject({
      cause: z.enum([
        "login",
        "host-key",
        "not-reached",
        "no-shell",
        "no-interpreter",
        "constrained-language",
        "no-program",
        "no-answer",
        "other",
      ]),
      /** Its words at the first of the nodes. */
      detail: z.string(),
    })
    .optional(),
});
export type VantageFact = z.infer<typeof vantageFactSchema>;

const notHeldSchema = z.strictObject({
  /** The machine does not know the name, has no such address, or may not; `failed`: the errno says why. */
  why: z.enum(["name-unknown", "address-not-there", "not-allowed", "failed"]),
  /** As the topology writes it. */
  address: z.string(),
  /** `80/tcp`. */
  ports: z.array(z.string()).min(1),
  errno: z.string().optional(),
});
export type NotHeld = z.infer<typeof notHeldSchema>;

/** A responder at the other end of flows: what it held, or why there was none. */
export const responderFactSchema = z.strictObject({
  node: z.string(),
  /** Started through the vantage point of the node, or by hand (`portmatrix listen`). */
  by: z.enum(["vantage", "hand"]),
  /** Name of the run, made from its key, by which a record of arrivals is known to belong to it. */
  run: z.string().regex(/^[0-9a-f]{16}$/),
  /** SHA-256 of what is planned at the node. */
  plan: z.string().regex(/^[0-9a-f]{64}$/),
  held: count,
  inUse: count,
  /** Ports that it could hold at none of the addresses that the topology has for them, by why and address. */
  notHeld: z.array(notHeldSchema).optional(),
  failure: z.string().optional(),
});
export type ResponderFact = z.infer<typeof responderFactSchema>;

/** What a node's script brought back, and when; its flows are merged, not sent by this run. */
const takenFactSchema = z.strictObject({
  node: z.string(),
  shell: z.enum(scriptShells),
  /** What sent there: `Python 3.11.2`. */
  tool: z.string(),
  /** By the clock of that machine. */
  at: z.iso.datetime(),
  /** Version of portmatrix that wrote the script, and the hash that it carries. */
  version: z.string(),
  script: z.string(),
  /** Why the script never ran there. */
  unreached: z.string().optional(),
});
export type TakenFact = z.infer<typeof takenFactSchema>;

/** The run record: what `--format json` prints and what every renderer and `portmatrix report` read back. */
export const runSchema = z
  .strictObject({
    format: z.literal(1),
    tool: z.strictObject({ name: z.literal("portmatrix"), version: z.string() }),
    startedAt: z.iso.datetime(),
    durationMs: z.number().nonnegative(),
    catalog: z.strictObject({ product: z.string(), version: z.string(), title: z.string(), url: z.string() }),
    stage: stageSchema,
    /** File name of the topology as it was given. */
    topology: z.string().optional(),
    /** What the HTML report begins with; absent where nothing was asked for. */
    report: reportHeadSchema.optional(),
    interrupted: z.boolean().optional(),
    /** What a reader must know before any result, in a sentence each. */
    notes: z.array(z.string()).optional(),
    /** The vantage points that are not this process itself; absent where there is none. */
    vantages: z.array(vantageFactSchema).optional(),
    /** Nodes whose flows were examined by scripts and merged; absent where there is none. */
    taken: z.array(takenFactSchema).optional(),
    /** Responders at the other ends; absent where none was asked for. */
    responders: z.array(responderFactSchema).optional(),
    sections: z.array(
      z.strictObject({ id: z.string(), anchor: z.string(), title: z.strictObject({ en: z.string(), de: z.string() }) }),
    ),
    summary: summarySchema,
    /** Every connection to a decoy port; absent where there was none. */
    controls: z.array(decoySentSchema).optional(),
    results: z.array(resultSchema),
  })
  .meta({ id: "run", title: "portmatrix run record" });
export type Run = z.infer<typeof runSchema>;
