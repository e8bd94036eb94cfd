import { z } from "zod";
import { portSchema } from "../address/port.ts";
import { transportSchema } from "../verdict.ts";
import { traceSchema } from "../run/walk.ts";

/** One end of a rule: a node, or a network that the topology writes as one. */
const endSchema = z.strictObject({
  name: z.string(),
  /** IP literals, networks (`10.0.2.0/24`) and DNS names, as the topology writes them. Empty: none of this family. */
  addresses: z.array(z.string()).readonly(),
});
export type AccessEnd = z.infer<typeof endSchema>;

/** Which packets a rule is about: `name` where the target is known by its DNS name alone. */
const familySchema = z.enum(["IPv4", "IPv6", "name"]);
export type AccessFamily = z.infer<typeof familySchema>;

/** Why a flow is needed: the requirement of the document, or of the topology. */
const purposeSchema = z.strictObject({
  requirement: z.string(),
  service: z.string(),
  why: z.string(),
  section: z.strictObject({ id: z.string(), title: z.string() }),
  /** The chapter of the vendor's document; absent for requirements of the topology itself. */
  link: z.string().optional(),
  /** The feature of the topology that made it apply; without that feature the rule is not needed. */
  feature: z.string().optional(),
});
export type AccessPurpose = z.infer<typeof purposeSchema>;

/** What a run saw of flows of this rule that failed. */
const evidenceSchema = z.strictObject({
  /** `silent`, `prohibited` or `refused`. */
  outcome: z.string(),
  /** Who sent the error or the reset, as far as that is known. */
  reporter: z.string().optional(),
  /** Type and code of the ICMP error, e.g. `3/13`. */
  icmpCode: z.string().optional(),
  /** When it was asked last, ISO 8601. */
  at: z.string(),
  /** Where it dies, if the run walked one of the flows (`check --trace`). */
  trace: traceSchema.optional(),
  /** The flows, by their ids. */
  flows: z.array(z.string()).readonly(),
});
export type AccessEvidence = z.infer<typeof evidenceSchema>;

/** One rule that a firewall needs: connections from any of the sources to any of the destinations. */
const ruleSchema = z.strictObject({
  family: familySchema,
  sources: z.array(endSchema).readonly(),
  destinations: z.array(endSchema).readonly(),
  protocol: transportSchema,
  /** Absent for ICMP, of which an echo request is meant. */
  port: portSchema().optional(),
  purposes: z.array(purposeSchema).readonly(),
  /** Where this is one of several alternatives: the name of their group, and all of them (`25/tcp`). */
  oneOf: z.strictObject({ group: z.string(), services: z.array(z.string()).readonly() }).optional(),
  evidence: z.array(evidenceSchema).readonly(),
  flows: z.array(z.string()).readonly(),
});
export type AccessRule = z.infer<typeof ruleSchema>;

/** Flows that are in no rule, and why. */
const leftOutSchema = z.strictObject({
  why: z.enum([
    "on-the-node-itself", // loopback, or a node to its own address
    "must-be-blocked",
    "works",
    "not-decided", // verdict unknown
    "not-tried", // verdict error or skipped
    "no-firewall", // it fails, but not as a firewall makes it fail
    "not-in-the-run",
    "not-in-the-topology",
  ]),
  flows: z.array(z.string()).readonly(),
});
export type LeftOut = z.infer<typeof leftOutSchema>;

const requestShape = {
  catalog: z.strictObject({ title: z.string(), url: z.string() }),
  topology: z.string(),
  /** Absent where everything that is planned is asked for. */
  run: z.strictObject({ startedAt: z.string() }).optional(),
  rules: z.array(ruleSchema).readonly(),
  leftOut: z.array(leftOutSchema).readonly(),
};
const requestSchema = z.strictObject(requestShape);
/** The rules of a change request, and what is in none of them. */
export type AccessRequest = z.infer<typeof requestSchema>;

/** What `portmatrix request --format json` prints. */
export const accessRequestSchema = z.strictObject({ format: z.literal("portmatrix-request/1"), ...requestShape });
