import { z } from "zod";
import { portSchema } from "../address/port.ts";
import { addressSchema } from "../address/address.ts";
import { anyCase } from "../text/any-case.ts";
import { durationSchema } from "../text/duration-schema.ts";
import { featureSchema, portNames } from "./names.ts";
import { outgoingSchema } from "./outgoing.ts";
import { pluginUsesSchema } from "../plugin/plugin-use.ts";
import { proxySchema } from "../address/proxy.ts";
import { writtenReportHeadSchema } from "./report-head.ts";
import { tcpServiceNameSchema } from "../service.ts";
import { snmpSchema } from "./snmp-settings.ts";
import { vantageSchema } from "./vantage-spec.ts";
import { expectationSchema, stageSchema } from "../verdict.ts";

const port = portSchema();
const featuresSchema = z.array(featureSchema).default([]);
const overrides = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.partialRecord(z.enum(names), port).default({} as never);

/** Words that stand for groups in `requirements:` and so cannot name a node. */
export const groupNames = ["server", "remote_sites", "hosts", "clusters", "relays"] as const;

/** Name of a node: it appears in flow ids, so it has no blanks, slashes or arrows. */
const nodeNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?$/,
    "a name consists of letters, digits, '.', '_' and inner '-'",
  )
  .refine((name) => !(groupNames as readonly string[]).includes(name), {
    message: `this name is reserved for a group (${groupNames.join(", ")})`,
  });

/** One address or several; each is tested. */
const addressesSchema = z
  .union([addressSchema, z.array(addressSchema).min(1)], { error: "expected an address or a list of addresses" })
  .transform((value) => (Array.isArray(value) ? value : [value]));

/** True if a site may have this name, which goes into paths and commands. */
export const isSiteName = (text: string): boolean => nodeNameSchema.safeParse(text).success;

const fullSiteSchema = z.strictObject({
  name: nodeNameSchema,
  ports: overrides(portNames.site),
  features: featuresSchema,
});
/** `sites: [main]` is short for `sites: [{ name: main }]`. */
const siteSchema = z.union(
  [
    nodeNameSchema.transform((name): z.infer<typeof fullSiteSchema> => ({ name, ports: {}, features: [] })),
    fullSiteSchema,
  ],
  { error: "expected a name or { name, ports, features }" },
);

const serverShape = {
  name: nodeNameSchema,
  address: addressesSchema,
  sites: z.array(siteSchema).min(1),
  features: featuresSchema,
  ports: overrides(portNames.server),
  outgoing: outgoingSchema.optional(),
};
const serverSchema = z.strictObject(serverShape);
export type Server = z.infer<typeof serverSchema>;

export const hostSchema = z.strictObject({
  name: nodeNameSchema,
  address: addressesSchema,
  site: z.string().optional(),
  os: anyCase(["linux", "windows", "other"]).default("linux"),
  agent: anyCase(["pull", "legacy", "push", "none"]).default("pull"),
  ping: z.boolean().default(true),
  /** Whether a decoy port may be asked on this host, in place of the topology's `controls` (docs/verdicts.md). */
  controls: z.boolean().optional(),
  /** How long this host may take for an answer, in place of `--timeout`. */
  timeout: durationSchema.optional(),
  snmp: snmpSchema.optional(),
  /** What the site asks besides agent and SNMP; `catalog/checkmk/special-agents.yaml` and `active-checks.yaml` list them. */
  special_agents: pluginUsesSchema.optional(),
  active_checks: pluginUsesSchema.optional(),
  ports: overrides(portNames.host),
});
export type Host = z.infer<typeof hostSchema>;

const settings = hostSchema.omit({ name: true, address: true }).partial().shape;
/** `- include: hosts.csv` in the hosts list: a table of hosts, and what its rows have where they say nothing. */
export const includeSchema = z.strictObject({ include: z.string().min(1), ...settings });

/** `- ansible: inventory.yml` in the hosts list: the hosts of an inventory, or of a group in it, and what all of them have. */
export const inventoryEntrySchema = z.strictObject({
  ansible: z.string().min(1),
  group: z.string().min(1).optional(),
  ...settings,
});

/** A host as it is written: name and address may hold ranges (`web[01-20]`). */
const writtenHostSchema = hostSchema.extend({
  name: z.string().min(1),
  address: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
});

/** All hosts of a network, `NAME-ADDRESS` each or numbered by the range in the name. */
const writtenNetworkSchema = hostSchema
  .omit({ address: true })
  .extend({ name: z.string().min(1), network: z.string().regex(/\/\d{1,3}$/) });

const clusterNodeSchema = z.strictObject({ name: nodeNameSchema, address: addressesSchema });
const clusterSchema = z.strictObject({
  name: nodeNameSchema,
  nodes: z.array(clusterNodeSchema).length(2, "an appliance cluster has exactly two nodes"),
  ports: overrides(portNames.cluster),
});
const relaySchema = z.strictObject({
  name: nodeNameSchema,
  address: addressesSchema,
  site: z.string().optional(),
  /** What the relay goes through to reach the internet. */
  proxy: proxySchema.optional(),
});

const portsSchema = z.union([port.transform((value) => [value]), z.array(port).min(1)], {
  error: "expected a port or a list of ports",
});
const unverifiable = z.literal("unverifiable");

/**
 * What silence over UDP counts as met, where no answer can be expected (docs/topology.md): all of it, or that of the
 * requirements and sections that are named.
 */
const acceptSchema = z.union([unverifiable, z.strictObject({ unverifiable: z.array(z.string().min(1)).min(1) })], {
  error: "expected unverifiable or { unverifiable: [REQUIREMENT or SECTION, ...] }",
});

const extraRequirementSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "an id is lower case words joined by '-'")
      .optional(),
    from: z.string().min(1),
    to: z.string().min(1),
    tcp: portsSchema.optional(),
    udp: portsSchema.optional(),
    icmp: z.literal(true).optional(),
    expect: expectationSchema.default("open"),
    /** `none`: a handshake is all that is wanted. */
    service: z.enum([...tcpServiceNameSchema.options, "none"]).optional(),
    /** Each node to itself, over 127.0.0.1 and not over its address. */
    scope: z.literal("loopback").optional(),
    timeout: durationSchema.optional(),
    /** Silence over UDP counts as met. */
    accept: unverifiable.optional(),
    why: z.string().min(1).max(300).optional(),
  })
  .refine((value) => value.tcp !== undefined || value.udp !== undefined || value.icmp !== undefined, {
    message: "say what must be reachable: tcp: PORT, udp: PORT or icmp: true",
    params: { wants: ["tcp", "udp", "icmp"] },
  })
  .refine((value) => value.service === undefined || value.tcp !== undefined, {
    message: "a service is asked over TCP: write tcp: PORT, or leave service: out",
    params: { wants: ["tcp"] },
  })
  .refine((value) => value.accept === undefined || (value.udp !== undefined && value.expect === "open"), {
    path: ["accept"],
    message: "only silence over UDP of a port that must be open can be accepted: write udp: PORT, or leave accept: out",
  });
export type ExtraRequirement = z.infer<typeof extraRequirementSchema>;

/**
 * The expected topology, after ranges and includes are expanded and defaults are filled in: which nodes there are,
 * what they offer, and how to send from them. References between its parts are checked by `load/topology/references.ts`.
 */
export const topologySchema = z
  .strictObject({
    catalog: z.string().min(1).default("checkmk"),
    stage: stageSchema.default("live"),
    /** Whether decoy ports may be asked where a host says nothing of it: a port that no requirement names. */
    controls: z.boolean().default(false),
    accept: acceptSchema.optional(),
    server: serverSchema,
    remote_sites: z.array(serverSchema).default([]),
    hosts: z.array(hostSchema).default([]),
    clusters: z.array(clusterSchema).default([]),
    relays: z.array(relaySchema).default([]),
    outgoing: outgoingSchema.optional(),
    requirements: z.array(extraRequirementSchema).default([]),
    vantages: z.record(z.string(), vantageSchema).default({}),
    /** What the HTML report begins with. */
    report: writtenReportHeadSchema.optional(),
  })
  .meta({ id: "topology", title: "portmatrix topology" });
export type Topology = z.infer<typeof topologySchema>;

/** Whether a topology says of a node that it runs Windows. */
export const isWindows = ({ hosts }: Pick<Topology, "hosts">, node: string): boolean =>
  hosts.find(({ name }) => name === node)?.os === "windows";

/** A server as it is written: before anything is installed, its site may be left out (load/topology/unnamed-sites.ts). */
const writtenServerSchema = serverSchema.extend({ sites: serverShape.sites.optional() });

/** The topology file before ranges and includes are expanded: what the JSON Schema for editors describes. */
export const topologyFileSchema = topologySchema
  .extend({
    server: writtenServerSchema,
    remote_sites: z.array(writtenServerSchema).default([]),
    hosts: z.array(z.union([writtenHostSchema, writtenNetworkSchema, includeSchema, inventoryEntrySchema])).default([]),
  })
  .meta({ id: "topology-file", title: "portmatrix topology" });
