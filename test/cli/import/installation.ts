/** Versions whose shapes of answers differ. */
export type Version = "2.1" | "2.3" | "2.4" | "2.5";

const secretOfRule = "hunter2hunter2";
/** Texts of the installation that no output may have. */
export const secrets = ["s3cret-community", "auth-passw0rd", "priv-passw0rd", "switch-wide", secretOfRule];

const base = {
  ipv6address: "",
  additional_ipv4addresses: [],
  site: "main",
  tag_agent: "cmk-agent",
  tag_snmp_ds: "no-snmp",
  tag_address_family: "ip-v4-only",
  tag_piggyback: "auto-piggyback",
  tag_criticality: "prod",
  snmp_community: null,
  management_protocol: "none",
  labels: {},
};
const v3 = {
  type: "v3_auth_privacy",
  security_name: "monitor",
  auth_protocol: "SHA-2-256",
  auth_password: "auth-passw0rd",
  privacy_protocol: "AES-128",
  privacy_password: "priv-passw0rd",
};

interface Host {
  id: string;
  folder?: string;
  attributes?: Record<string, unknown>;
  own?: Record<string, unknown>;
  isCluster?: boolean;
}

/** Hosts with all the oddities that an installation has. */
export const hosts: readonly Host[] = [
  { id: "web01", folder: "/linux", attributes: { ipaddress: "10.0.2.1" } },
  { id: "push01", attributes: { ipaddress: "10.0.2.2", cmk_agent_connection: "push-agent" } },
  { id: "byname.example.com", attributes: {} },
  {
    id: "sw01",
    attributes: {
      ipaddress: "10.0.3.1",
      tag_agent: "no-agent",
      tag_snmp_ds: "snmp-v2",
      snmp_community: { type: "v1_v2_community", community: "s3cret-community" },
    },
  },
  {
    id: "sw02",
    folder: "/switches",
    attributes: { ipaddress: "10.0.3.2", tag_agent: "no-agent", tag_snmp_ds: "snmp-v1" },
  },
  {
    id: "sw03",
    attributes: { ipaddress: "10.0.3.3", tag_agent: "no-agent", tag_snmp_ds: "snmp-v2", snmp_community: v3 },
  },
  { id: "dual", attributes: { ipaddress: "10.0.2.9", ipv6address: "2001:db8::9", tag_address_family: "ip-v4v6" } },
  { id: "muc-web", attributes: { ipaddress: "10.1.0.9", site: "muc" } },
  { id: "esx01", attributes: { ipaddress: "10.0.4.1", tag_agent: "special-agents" } },
  { id: "cluster1", attributes: { ipaddress: "10.0.5.1" }, isCluster: true },
  { id: "vm-piggy", attributes: { tag_agent: "no-agent", tag_address_family: "no-ip", tag_piggyback: "piggyback" } },
  { id: "retired", attributes: { ipaddress: "10.0.6.1", tag_criticality: "offline" } },
  { id: "lost", attributes: { ipaddress: "10.0.6.2", site: "gone" } },
  { id: "-odd name", attributes: { ipaddress: "10.0.6.3" } },
  {
    id: "odd-tags",
    attributes: {
      ipaddress: "10.0.6.4",
      tag_agent: "own-kind",
      tag_snmp_ds: 7,
      labels: { "cmk/os_family": "windows" },
    },
  },
  { id: "bad-address", attributes: { ipaddress: "$MACRO$" } },
];

/** So many hosts that nobody writes them by hand: every tenth is a switch with one of two communities. */
export function manyHosts(count: number): Host[] {
  return Array.from({ length: count }, (_, index) => {
    const ipaddress = `10.${20 + Math.floor(index / 62_500)}.${Math.floor(index / 250) % 250}.${(index % 250) + 1}`;
    const isSwitch = index % 10 === 0;
    const community = index % 20 === 0 ? "s3cret-community" : "switch-wide";
    const attributes = isSwitch
      ? {
          ipaddress,
          tag_agent: "no-agent",
          tag_snmp_ds: "snmp-v2",
          snmp_community: { type: "v1_v2_community", community },
        }
      : { ipaddress };
    return { id: `h${String(index).padStart(5, "0")}`, attributes };
  });
}

const rule = (ruleset: string, folder: string, value: string, conditions: Record<string, unknown> = {}, index = 0) => ({
  domainType: "rule",
  id: `${ruleset}-${folder}-${index}`,
  extensions: {
    ruleset,
    folder,
    folder_index: index,
    properties: { disabled: false, description: "" },
    value_raw: value,
    conditions: { host_tags: [], host_label_groups: [], service_label_groups: [], ...conditions },
  },
});
const disabled = (one: ReturnType<typeof rule>) => {
  one.extensions.properties.disabled = true;
  return one;
};

/** Rules by ruleset. */
export const rules: Readonly<Record<string, readonly unknown[]>> = {
  agent_ports: [
    rule("agent_ports", "/", "6000", { host_tags: [{ key: "criticality", operator: "is", value: "test" }] }),
    rule("agent_ports", "/linux", "6559", { host_name: { match_on: ["~web"], operator: "one_of" } }),
    disabled(rule("agent_ports", "/", "7000")),
    rule(
      "agent_ports",
      "/",
      "6557",
      {
        host_label_groups: [{ operator: "not", label_group: [] }],
        host_name: { match_on: ["dual"], operator: "one_of" },
      },
      3,
    ),
  ],
  snmp_ports: [rule("snmp_ports", "/switches", "1161")],
  snmp_communities: [rule("snmp_communities", "/switches", "'switch-wide'")],
  "special_agents:vsphere": [
    rule(
      "special_agents:vsphere",
      "/",
      `{'user': 'monitor', 'secret': ('password', '${secretOfRule}'), 'tcp_port': 8443, 'ssl': True}`,
      { host_name: { match_on: ["esx01"], operator: "one_of" } },
    ),
  ],
  "special_agents:homemade": [
    rule("special_agents:homemade", "/", "{}", { host_name: { match_on: ["esx01"], operator: "one_of" } }),
  ],
  "active_checks:ssh": [
    rule("active_checks:ssh", "/", "{'port': 2222}", { host_name: { match_on: ["web01"], operator: "one_of" } }),
  ],
};

const hostsAnswer = (list: readonly Host[], version: Version) => ({
  id: "host",
  domainType: "host_config",
  links: [],
  value: list.map(({ id, folder = "/", attributes = {}, own = {}, isCluster = false }) => ({
    links: [],
    domainType: "host_config",
    id,
    title: id,
    members: {},
    extensions: {
      folder,
      attributes: { ...attributes, ...own, meta_data: { created_at: null, created_by: "cmkadmin" } },
      effective_attributes: { ipaddress: "", ...base, ...attributes },
      is_cluster: isCluster,
      is_offline: false,
      cluster_nodes: isCluster ? ["web01"] : null,
      ...(version === "2.5" ? { unknown_new_key: { nested: [1] } } : {}),
    },
  })),
});

const sitesAnswer = (version: Version, remote: string) => ({
  id: "site_connection",
  domainType: "site_connection",
  value: [
    {
      id: "main",
      extensions: {
        basic_settings: { site_id: "main", alias: "Main", ...(version === "2.1" ? {} : { customer: "provider" }) },
        status_connection: { connection: { socket_type: "local" }, proxy: { use_livestatus_daemon: "direct" } },
        configuration_connection: { enable_replication: false },
      },
    },
    {
      id: "muc",
      extensions: {
        basic_settings: { site_id: "muc", alias: "Munich" },
        status_connection: {
          connection: { socket_type: "tcp", host: "10.1.0.5", port: 6560, encrypted: true, verify: true },
          proxy: { use_livestatus_daemon: "direct" },
        },
        configuration_connection: {
          enable_replication: true,
          url_of_remote_site: remote,
          ...(version === "2.4" || version === "2.5" ? { message_broker_port: 5673 } : {}),
        },
      },
    },
  ],
});

const ldapAnswer = {
  id: "ldap_connection",
  domainType: "ldap_connection",
  value: [
    {
      id: "corp",
      extensions: {
        general_properties: { id: "corp", rule_activation: "activated" },
        ldap_connection: {
          directory_type: { type: "active_directory_manual", ldap_server: "dc01.example.com" },
          failover_servers: { state: "enabled", servers: ["dc02.example.com"] },
          tcp_port: { state: "enabled", port: 3269 },
          ssl_connection: "enable_ssl",
        },
      },
    },
  ],
};

const full: Readonly<Record<Version, string>> = {
  "2.1": "2.1.0p48.cre",
  "2.3": "2.3.0p27.cee",
  "2.4": "2.4.0p18.cce",
  "2.5": "2.5.0b1.cme",
};

/** Answers by path and query, below `/SITE/check_mk/api/1.0`. */
export function answersOf(version: Version, list: readonly Host[], remote: string): Record<string, unknown> {
  const rulesets = Object.entries(rules).map(([name, all]) => ({
    domainType: "ruleset",
    id: name,
    extensions: { name, number_of_rules: all.length },
  }));
  const others = [
    {
      id: "checkgroup_parameters:filesystem",
      extensions: { name: "checkgroup_parameters:filesystem", number_of_rules: 9 },
    },
  ];
  return {
    "/version": {
      site: "main",
      group: "de",
      rest_api: { revision: "0" },
      versions: { apache: [2, 4], checkmk: full[version], python: "3" },
      edition: full[version].slice(-3),
      demo: false,
    },
    "/domain-types/host_config/collections/all?effective_attributes=true": hostsAnswer(list, version),
    ...(version === "2.1" ? {} : { "/domain-types/site_connection/collections/all": sitesAnswer(version, remote) }),
    "/domain-types/ruleset/collections/all?used=true": { id: "ruleset", value: [...rulesets, ...others] },
    ...Object.fromEntries(
      Object.entries(rules).map(([name, value]) => [
        `/domain-types/rule/collections/all?ruleset_name=${encodeURIComponent(name)}`,
        { id: "rule", extensions: { found_rules: value.length }, value },
      ]),
    ),
    ...(version === "2.4" || version === "2.5" ? { "/domain-types/ldap_connection/collections/all": ldapAnswer } : {}),
    "/domain-types/internal/actions/discover-receiver/invoke": 8001,
  };
}
