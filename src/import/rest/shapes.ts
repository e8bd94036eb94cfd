import { z } from "zod";
import { InputError } from "../../model/text/problem.ts";
import type { FoundHost, FoundSite, RuleConditions } from "../checkmk/found.ts";

/** A collection of the REST interface; what is not asked for is let through. */
const collection = <Extensions extends z.ZodType>(extensions: Extensions) =>
  z.object({ value: z.array(z.object({ id: z.string().default(""), extensions })) });

const attributes = z.record(z.string(), z.unknown());
export const versionSchema = z.object({
  site: z.string().optional(),
  edition: z.string().optional(),
  versions: z.object({ checkmk: z.string().optional() }).optional(),
});
export const hostsSchema = collection(
  z.object({
    folder: z.string().default("/"),
    attributes: attributes.default({}),
    effective_attributes: attributes.nullish(),
    is_cluster: z.boolean().nullish(),
  }),
);
export const foldersSchema = collection(z.object({ path: z.string(), attributes: attributes.default({}) }));
const port = z.number().int().min(1).max(65_535).optional().catch(undefined);
export const sitesSchema = collection(
  z.object({
    basic_settings: z.object({ site_id: z.string() }),
    status_connection: z
      .object({
        connection: z
          .object({
            socket_type: z.string().optional().catch(undefined),
            host: z.string().optional().catch(undefined),
            port,
          })
          .optional()
          .catch(undefined),
      })
      .optional()
      .catch(undefined),
    configuration_connection: z
      .object({
        enable_replication: z.boolean().optional().catch(undefined),
        url_of_remote_site: z.string().optional().catch(undefined),
        message_broker_port: port,
      })
      .optional()
      .catch(undefined),
  }),
);
export const rulesetsSchema = collection(z.object({ name: z.string(), number_of_rules: z.number().optional() }));
export const rulesSchema = collection(
  z.object({
    folder: z.string().default("/"),
    folder_index: z.number().default(0),
    properties: z.object({ disabled: z.boolean().optional() }).default({}),
    value_raw: z.string(),
    conditions: z.record(z.string(), z.unknown()).default({}),
  }),
);
export const ldapSchema = collection(
  z.object({
    general_properties: z.object({ rule_activation: z.string().optional() }).optional().catch(undefined),
    ldap_connection: z.object({
      directory_type: z.object({ ldap_server: z.string().optional(), domain: z.string().optional() }).optional(),
      failover_servers: z.unknown().optional(),
      tcp_port: z.unknown().optional(),
      ssl_connection: z.unknown().optional(),
    }),
  }),
);

/** The answer as a schema has it. Another shape is one line that says where. */
export function shaped<Schema extends z.ZodType>(schema: Schema, value: unknown, url: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join(".") ?? "";
  const message = `the answer is not shaped as Checkmk's REST interface of 2.1 to 2.5 shapes it, at "${place}"`;
  throw new InputError([{ file: url, message }]);
}

/** `/muc/servers`, also where a version writes `~muc~servers` or a slash at the end. */
export function folderOf(written: string): string {
  const path = written.replaceAll("~", "/").replaceAll(/\/+/g, "/").replace(/\/$/, "");
  return path === "" ? "/" : path.startsWith("/") ? path : `/${path}`;
}

/** A host with what it has of itself; of its folders' attributes where the answer has no effective ones. */
export function foundHost(
  { id, extensions }: z.output<typeof hostsSchema>["value"][number],
  folderAttributes: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): FoundHost {
  const folder = folderOf(extensions.folder);
  const parts = folder.split("/").filter(Boolean);
  const above = ["/", ...parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`)];
  const inherited = Object.assign({}, ...above.map((path) => folderAttributes.get(path) ?? {})) as object;
  return {
    name: id,
    folder,
    attributes: extensions.effective_attributes ?? { ...inherited, ...extensions.attributes },
    isCluster: extensions.is_cluster === true,
  };
}

/** A site; its Livestatus only where it is asked over TCP. */
export function foundSite({ extensions }: z.output<typeof sitesSchema>["value"][number]): FoundSite {
  const { basic_settings, status_connection, configuration_connection: sync } = extensions;
  const connection = status_connection?.connection;
  const { host, port, socket_type: type } = connection ?? {};
  const isTcp = (type === "tcp" || type === "tcp6") && host !== undefined && host !== "";
  const isReplicated = sync?.enable_replication === true;
  const url = sync?.url_of_remote_site;
  return {
    id: basic_settings.site_id,
    isLocal: type === "local",
    ...(isTcp ? { livestatus: { host, port: port ?? 6557 } } : {}),
    ...(isReplicated && url !== undefined && url !== "" ? { url } : {}),
    ...(isReplicated && sync?.message_broker_port !== undefined ? { messageBrokerPort: sync.message_broker_port } : {}),
  };
}

const nameCondition = z.object({ match_on: z.array(z.string()), operator: z.enum(["one_of", "none_of"]) });
const tagCondition = z.object({
  key: z.string(),
  operator: z.enum(["is", "is_not", "one_of", "none_of"]),
  value: z.union([z.string(), z.array(z.string())]),
});
const labelGroup = z.object({
  operator: z.literal("and").optional(),
  label_group: z.array(z.object({ operator: z.literal("and").optional(), label: z.string() })),
});
const oldLabel = z.object({ key: z.string(), operator: z.literal("is"), value: z.string() });

/** Conditions as REST writes them. A pattern begins with `~`; conditions on services say nothing of a host. */
export function foundConditions(given: Readonly<Record<string, unknown>>): RuleConditions {
  const unknown: string[] = [];
  const read = <Schema extends z.ZodType>(key: string, schema: Schema): z.output<Schema> | undefined => {
    const value = given[key];
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return undefined;
    const parsed = schema.safeParse(value);
    if (!parsed.success) unknown.push(key);
    return parsed.success ? parsed.data : undefined;
  };
  const names = read("host_name", nameCondition);
  const tags = read("host_tags", z.array(tagCondition)) ?? [];
  const groups = read("host_label_groups", z.array(labelGroup)) ?? [];
  const labels = read("host_labels", z.array(oldLabel)) ?? [];
  const known = new Set(["host_name", "host_tags", "host_label_groups", "host_labels", "host_folder"]);
  for (const [key, value] of Object.entries(given)) {
    const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
    if (!known.has(key) && !key.startsWith("service_") && !isEmpty) unknown.push(key);
  }
  return {
    ...(names === undefined
      ? {}
      : {
          hostNames: {
            isNegated: names.operator === "none_of",
            patterns: names.match_on.map((text) =>
              text.startsWith("~") ? { text: text.slice(1), isRegex: true } : { text, isRegex: false },
            ),
          },
        }),
    tags: tags.map(({ key, operator, value }) => ({
      key,
      isNegated: operator === "is_not" || operator === "none_of",
      values: [value].flat(),
    })),
    labels: [
      ...groups.flatMap(({ label_group }) => label_group.map(({ label }) => label)),
      ...labels.map(({ key, value }) => `${key}:${value}`),
    ],
    unknown,
  };
}

/** Directories of an LDAP connection that is on. */
export function foundLdap({ extensions }: z.output<typeof ldapSchema>["value"][number]) {
  if (extensions.general_properties?.rule_activation === "deactivated") return [];
  const { directory_type, failover_servers, tcp_port, ssl_connection } = extensions.ldap_connection;
  const state = (value: unknown): Record<string, unknown> => Object(value) as Record<string, unknown>;
  const portGiven = state(tcp_port)["port"];
  const failover = state(failover_servers)["servers"];
  const hasTls = ssl_connection === "enable_ssl" || String(state(ssl_connection)["state"] ?? "").startsWith("enable");
  const servers = [directory_type?.ldap_server, ...(Array.isArray(failover) ? (failover as unknown[]) : [])];
  return servers.flatMap((address) =>
    typeof address === "string" && address !== ""
      ? [{ address, ...(typeof portGiven === "number" ? { port: portGiven } : {}), ...(hasTls ? { tls: true } : {}) }]
      : [],
  );
}
