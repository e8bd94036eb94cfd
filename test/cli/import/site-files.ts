import { hosts, rules } from "./installation.ts";

/** A value as Python writes it. */
function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  const entries = Object.entries(value as object).map(([key, one]) => `${python(key)}: ${python(one)}`);
  return `{${entries.join(", ")}}`;
}

type Attributes = Record<string, unknown>;
const usual: Attributes = {
  tag_agent: "cmk-agent",
  tag_snmp_ds: "no-snmp",
  tag_address_family: "ip-v4-only",
  tag_piggyback: "auto-piggyback",
  tag_criticality: "prod",
  site: "main",
};

function hostsFile(list: typeof hosts): string {
  const all = list.map(({ id, attributes = {}, isCluster = false }) => ({
    id,
    isCluster,
    has: { ...usual, ...attributes } as Attributes,
  }));
  const tags = all.map(({ id, has }) => {
    const own = Object.entries(has).filter(([key]) => key.startsWith("tag_"));
    return [id, { site: has["site"], ...Object.fromEntries(own.map(([key, value]) => [key.slice(4), value])) }];
  });
  const values = (key: string) =>
    Object.fromEntries(all.filter(({ has }) => has[key] !== undefined).map(({ id, has }) => [id, has[key]]));
  const communities = all.flatMap(({ id, has }) => {
    const given = has["snmp_community"] as Attributes | undefined;
    if (given === undefined) return [];
    if (given["type"] === "v1_v2_community") return [`${python(id)}: ${python(given["community"])}`];
    const tuple = [
      "authPriv",
      "SHA-256",
      given["security_name"],
      given["auth_password"],
      "AES",
      given["privacy_password"],
    ];
    return [`${python(id)}: (${tuple.map(python).join(", ")})`];
  });
  return [
    "# Created by HostStorage",
    "# encoding: utf-8",
    "",
    `all_hosts += ${python(all.filter(({ isCluster }) => !isCluster).map(({ id }) => id))}`,
    `clusters.update(${python(Object.fromEntries(all.filter(({ isCluster }) => isCluster).map(({ id }) => [id, ["web01"]])))})`,
    `host_tags.update(${python(Object.fromEntries(tags))})`,
    `host_labels.update(${python(values("labels"))})`,
    `ipaddresses.update(${python(values("ipaddress"))})`,
    `ipv6addresses.update(${python(values("ipv6address"))})`,
    `explicit_snmp_communities.update({${communities.join(", ")}})`,
    "explicit_host_conf.setdefault('alias', {})",
    "explicit_host_conf['alias'].update({'web01': u'Wéb \\\n one'})",
    "host_contactgroups.insert(0,",
    "  {'value': 'all', 'condition': {'host_folder': '/%s/' % FOLDER_PATH}})",
    `host_attributes.update(${python(Object.fromEntries(all.map(({ id, has }) => [id, { cmk_agent_connection: has["cmk_agent_connection"] ?? "pull-agent" }])))})`,
    "",
  ].join("\n");
}

interface RestRule {
  extensions: {
    folder: string;
    value_raw: string;
    properties: { disabled: boolean };
    conditions: {
      host_name?: { match_on: string[]; operator: string };
      host_tags: { key: string; value: string }[];
    } & Attributes;
  };
}

function ruleText({ extensions: { value_raw, properties, conditions } }: RestRule): string {
  const name = conditions.host_name?.match_on.map((one) => (one.startsWith("~") ? { $regex: one.slice(1) } : one));
  const tags = conditions.host_tags.map(({ key, value }) => [key, value]);
  const groups =
    (conditions["host_label_groups"] as unknown[]).length > 0 ? ", 'host_label_groups': [('not', [])]" : "";
  const hostName = name === undefined ? "" : `, 'host_name': ${python(name)}`;
  const hostTags = tags.length === 0 ? "" : `, 'host_tags': ${python(Object.fromEntries(tags))}`;
  const condition = `{'host_folder': '/%s/' % FOLDER_PATH${hostName}${hostTags}${groups}}`;
  return `{'id': 'x', 'value': ${value_raw}, 'condition': ${condition}, 'options': {'disabled': ${python(properties.disabled)}}},`;
}

function rulesFile(folder: string): string {
  return Object.entries(rules)
    .map(([ruleset, all]) => {
      const texts = (all as RestRule[]).filter(({ extensions }) => extensions.folder === folder).map(ruleText);
      if (texts.length === 0) return "";
      const [variable = "", name] = ruleset.split(":");
      const target = name === undefined ? variable : `${variable}['${name}']`;
      const before =
        name === undefined ? `globals().setdefault('${variable}', [])` : `${variable}.setdefault('${name}', [])`;
      return `${before}\n\n${target} = [\n${texts.join("\n")}\n] + ${target}\n`;
    })
    .join("\n");
}

const sites = `# Created by SiteManagement
sites.update({'main': {'alias': 'Main', 'socket': ('local', None), 'replication': None},
 'muc': {'alias': u'M\\xfcnchen', 'socket': ('tcp', {'address': ('10.1.0.5', 6560), 'tls': ('encrypted', {'verify': True})}),
         'replication': 'slave', 'multisiteurl': 'https://10.1.0.5/muc/check_mk/', 'message_broker_port': 5673}})
`;
const directories = `user_connections = [{'id': 'corp', 'type': 'ldap', 'disabled': False, 'port': 3269, 'use_ssl': True,
  'directory_type': ('ad', {'connect_to': ('fixed_list', {'server': 'dc01.example.com', 'failover_servers': ['dc02.example.com']})}),
  'bind': ('cn=x', ('password', 'hunter2hunter2'))}]
`;
const config = `CONFIG_ADMIN_MAIL=''
CONFIG_AGENT_RECEIVER='on'
CONFIG_AGENT_RECEIVER_PORT='8001'
CONFIG_APACHE_TCP_ADDR='127.0.0.1'
CONFIG_APACHE_TCP_PORT='5002'
CONFIG_LIVESTATUS_TCP='off'
CONFIG_LIVESTATUS_TCP_PORT='6557'
CONFIG_MKEVENTD='on'
CONFIG_MKEVENTD_SNMPTRAP='on'
CONFIG_MKEVENTD_SYSLOG='on'
CONFIG_MKEVENTD_SYSLOG_TCP='off'
CONFIG_RABBITMQ_PORT='5672'
`;

/** The files of the central site of the installation that the REST stand-in shows, by their path. */
export function siteFiles(): Record<string, string> {
  const folders = [...new Set(hosts.map(({ folder = "/" }) => folder))];
  const wato = "etc/check_mk/conf.d/wato";
  return {
    "etc/omd/site.conf": config,
    "etc/check_mk/multisite.d/sites.mk": sites,
    "etc/check_mk/multisite.d/wato/user_connections.mk": directories,
    ...Object.fromEntries(
      folders.flatMap((folder) => {
        const below = folder === "/" ? wato : `${wato}${folder}`;
        return [
          [`${below}/hosts.mk`, hostsFile(hosts.filter((host) => (host.folder ?? "/") === folder))],
          [`${below}/rules.mk`, rulesFile(folder)],
        ];
      }),
    ),
  };
}
