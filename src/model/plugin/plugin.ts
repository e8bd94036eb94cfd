import { z } from "zod";
import { portSchema } from "../address/port.ts";
import { type PluginKind, pluginKinds } from "./plugin-kinds.ts";
import { transportSchema } from "../verdict.ts";

const port = portSchema();
const sentence = z.string().min(3).max(600);
const hostName = z.string().regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, "expected a DNS name");

/** What is spoken, as far as it makes a difference to how it is asked; `other` is a handshake alone. */
export const speechSchema = z.enum([
  "http",
  "ssh",
  "smtp",
  "ldap",
  "dns",
  "event-console",
  "postgresql",
  "mysql",
  "ftp",
  "imap",
  "pop3",
  "other",
]);
export type Speech = z.infer<typeof speechSchema>;

/** One connection that a plug-in opens. */
export const pluginConnectionSchema = z.strictObject({
  protocol: transportSchema,
  speaks: speechSchema.default("other"),
  /** The default; one for plain text and one for TLS where they differ. Absent: only the rule knows it. */
  port: z.union([port, z.strictObject({ plain: port, tls: port })]).optional(),
  /** `on` and `off` are the preset of an option of the rule. */
  tls: z.enum(["always", "on", "off", "never"]).default("never"),
  /**
   * `host`: the monitored host, or what the rule names in its place. `rule`: only what the rule names. `elsewhere`: what
   * the rule names, and without it the site's own machine. `cloud`: the names under `hosts`.
   */
  target: z.enum(["host", "rule", "elsewhere", "cloud"]),
  hosts: z.array(hostName).min(1).optional(),
  /** The option of the rule that moves the port; absent where it has none. */
  port_option: z.string().min(1).optional(),
});
export type PluginConnection = z.infer<typeof pluginConnectionSchema>;

export const pluginSchema = z.strictObject({
  /** The name of its rule set: `special_agents:NAME`. */
  name: z.string().regex(/^[a-z0-9]+(?:_[a-z0-9]+)*$/, "a name is lower case words joined by '_'"),
  /** Names that other versions of Checkmk have for it. */
  aliases: z.array(z.string().min(1)).optional(),
  title: z.string().min(2).max(60),
  /** At most 12 characters: the column heading of the matrix, where the name is longer. */
  short: z.string().min(2).max(12).optional(),
  /** The first is what port, TLS and address of a topology are about. None: it asks nobody over the network. */
  connections: z.array(pluginConnectionSchema).optional(),
  /** In place of `connections` where an option of the rule decides; a topology says which under `type:`. */
  types: z.record(z.string().regex(/^[a-z0-9-]+$/), z.array(pluginConnectionSchema).min(1)).optional(),
  /** The type that is meant where a topology names none; absent where the rule has no preset. */
  default_type: z.string().optional(),
  /** The first version that has it, where that is known. */
  since: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional(),
  /** Which versions were read. */
  versions: z.string().min(3).max(200),
  /** How its ports are known: read in the code or the documents, inferred from a standard or a library, or in doubt. */
  sure: z.enum(["code", "documents", "inferred", "doubtful"]),
  notes: z.array(sentence).optional(),
  /** What was read: paths and commits, or pages. */
  source: z.string().min(3),
  /** Where that can be looked at. */
  url: z.url(),
});
export type Plugin = z.infer<typeof pluginSchema>;

/** All plug-ins of one kind: what they ask, how well that is known, and from where. */
export const pluginListSchema = z
  .strictObject({
    kind: z.enum(pluginKinds),
    title: z.string().min(3),
    url: z.url(),
    source: z.string().min(3),
    plugins: z.array(pluginSchema).min(1),
  })
  .meta({ id: "plugins", title: "portmatrix list of plug-ins" });
export type PluginList = z.infer<typeof pluginListSchema>;

/** The plug-ins of a product by kind and name, their other names included. */
export type Roster = Readonly<Record<PluginKind, ReadonlyMap<string, Plugin>>>;

/** A roster made of lists; a kind that has no list has no plug-in. */
export function rosterOf(lists: readonly PluginList[]): Roster {
  const byName = (kind: PluginKind): ReadonlyMap<string, Plugin> =>
    new Map(
      lists
        .filter((list) => list.kind === kind)
        .flatMap(({ plugins }) => plugins)
        .flatMap((plugin) => [plugin.name, ...(plugin.aliases ?? [])].map((name) => [name, plugin] as const)),
    );
  return {
    "special-agents": byName("special-agents"),
    "active-checks": byName("active-checks"),
    notifications: byName("notifications"),
    exports: byName("exports"),
  };
}
