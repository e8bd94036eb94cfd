import { z } from "zod";
import { portSchema } from "./address/port.ts";
import { featureSchema, portNames, roleSchema } from "./topology/names.ts";
import { tcpServiceNameSchema } from "./service.ts";
import { transportSchema } from "./verdict.ts";

const port = portSchema();
const id = z.string().regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/, "an id is lower case words joined by '-' or '.'");
const sentence = z.string().min(3).max(600);
const bothLanguages = z.strictObject({ en: z.string().min(1), de: z.string().min(1) });

/** One row as a rendering of the document prints it; `null` where that rendering lacks the row. */
const printedRowSchema = z
  .strictObject({
    port: z.string(),
    protocol: z.string(),
    name: z.string(),
    optional: z.boolean().default(false),
  })
  .nullable();

/** The kind of question the probe asks; the default is the plain one of the protocol. */
const catalogProbeSchema = z.strictObject({
  kind: z.enum(["tcp", "udp", "snmp", "icmp"]),
  payload: z.enum(["empty", "dns", "ntp"]).optional(),
  request: z.string().optional(),
  /** The service that must answer; only with `kind: tcp`. */
  service: tcpServiceNameSchema.optional(),
});

export const requirementSchema = z.strictObject({
  id,
  from: roleSchema,
  to: roleSchema,
  protocol: transportSchema,
  /** Default port; several are alternatives of each other. Absent for ICMP. */
  port: z.union([port, z.array(port).min(2)]).optional(),
  /** Where a topology overrides the port. */
  port_override: z
    .strictObject({
      scope: z.enum(Object.keys(portNames) as [keyof typeof portNames]),
      name: z.string(),
    })
    .optional(),
  scope: z.enum(["network", "loopback"]).default("network"),
  /** Loopback addresses, any of which may serve the requirement. */
  loopback: z.array(z.enum(["127.0.0.1", "::1"])).optional(),
  /** A fixed target outside the topology, e.g. the license server. */
  target: z.string().optional(),
  service: z.string().min(2).max(60),
  /** At most 12 characters: the column heading of the matrix. */
  short: z.string().min(2).max(12),
  purpose: sentence,
  /** Planned only if the node that listens has one of these features. */
  enabled_by: z.array(featureSchema).min(1).optional(),
  /** Requirements of one section that share a group: one pass is enough. */
  alternative: id.optional(),
  /** Planned only for hosts that match. */
  applies: z
    .strictObject({
      agent: z.array(z.enum(["pull", "legacy", "push", "none"])).optional(),
      os: z.array(z.enum(["linux", "windows", "other"])).optional(),
      snmp: z.literal(true).optional(),
      ping: z.literal(true).optional(),
    })
    .optional(),
  probe: catalogProbeSchema,
  /** `never`: a second connection could do harm, so no attempt is repeated (docs/notes/probe-safety.md). */
  confirm: z.enum(["allowed", "never"]).default("allowed"),
  /** Outcomes that a healthy system may show; they are judged `warn`, not `fail`. */
  tolerates: z.strictObject({ outcomes: z.array(z.enum(["refused", "silent"])).min(1), why: sentence }).optional(),
  /** The row as the renderings print it. A language, or all of it, is absent only where that text was not at hand. */
  document: z.strictObject({ en: printedRowSchema.optional(), de: printedRowSchema.optional() }).optional(),
  notes: z.array(sentence).default([]),
  source: z.string().min(3),
});
export type Requirement = z.infer<typeof requirementSchema>;

export const sectionSchema = z.strictObject({
  id: z.string().regex(/^\d+(\.\d+)?$/),
  anchor: z.string().regex(/^[a-z_]+$/),
  title: bothLanguages,
  notes: z.array(sentence).default([]),
  requirements: z.array(requirementSchema).min(1),
});
export type Section = z.infer<typeof sectionSchema>;

/** A vendor's port document as data: sections of requirements, each with its source. One file per product version. */
export const catalogSchema = z
  .strictObject({
    product: id,
    version: z.string().regex(/^\d+(\.\d+)*$/),
    title: z.string().min(3),
    url: z.url(),
    source: z.string().min(3),
    sections: z.array(sectionSchema).min(1),
  })
  .meta({ id: "catalog", title: "portmatrix catalog" });
export type Catalog = z.infer<typeof catalogSchema>;
