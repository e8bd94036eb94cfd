import { expect, it } from "vitest";
import { draftOf } from "../../import/checkmk/draft-of.ts";
import { noticeLines } from "../../import/draft/notices.ts";
import { foundInFiles } from "../../import/site/found-in-files.ts";
import { knowledge } from "./knowledge.ts";

const known = await knowledge();
const sites = (more: string) =>
  `sites.update({'main': {'socket': ('local', None)}, 'muc': {'socket': ('tcp', {'address': ('10.1.0.5', 6557)}), 'replication': 'slave', 'multisiteurl': 'https://10.1.0.5/muc/check_mk/'${more}}})\n`;
const wato = "etc/check_mk/conf.d/wato";
const draft = (files: Record<string, string>, globals = "") => {
  const texts = new Map(
    Object.entries({ "etc/omd/site.conf": "", "etc/check_mk/multisite.d/sites.mk": sites(globals), ...files }),
  );
  const { server, remoteSites, hosts, outgoing, notices } = draftOf(
    foundInFiles({ root: "main", directory: "main", texts }, "10.0.0.5"),
    known,
  );
  const of = ({ features = [], ports = {} }: NonNullable<typeof server>) => ({ features: [...features], ports });
  return {
    central: server === undefined ? undefined : of(server),
    remote: remoteSites[0] === undefined ? undefined : of(remoteSites[0]),
    hosts,
    outgoing,
    notices: noticeLines(notices).join("\n"),
  };
};
const spooler = "etc/check_mk/mknotifyd.d/wato/";
const outgoing = (address: string, port = 6555) =>
  `'outgoing': [{'address': '${address}', 'port': ${port}, 'cooldown': 20, 'encryption': 'encrypted', 'heartbeat_interval': 10, 'heartbeat_timeout': 3}]`;
const incoming = (port = 6555) =>
  `'incoming': {'listen_port': ${port}, 'encryption': 'encrypted', 'authentication': 'tls_authenticated', 'heartbeat_interval': 10}`;

it("the notification spooler: whoever is connected to gets the feature, with its port", () => {
  const central = draft(
    { [`${spooler}sitespecific.mk`]: `notification_spooler_config.update({${outgoing("10.1.0.5", 6565)}})\n` },
    `, 'globals': {'notification_spooler_config': {${incoming(6565)}}}`,
  );
  expect(central.remote).toEqual({
    features: ["livestatus", "notification-spooler"],
    ports: { notification_spooler: 6565 },
  });
  expect(central.central).toEqual({ features: [], ports: {} });
  const remote = draft(
    { [`${spooler}global.mk`]: "notification_spooler_config = {'log_level': 20}\n" },
    `, 'globals': {'notification_spooler_config': {${outgoing("10.0.0.5")}}}`,
  );
  expect(remote.central).toEqual({ features: ["notification-spooler"], ports: {} });
  expect(remote.remote?.features).toEqual(["livestatus"]);
});

it("a spooler that nobody known connects to, or that connects elsewhere, is said and not guessed", () => {
  const { central, remote, notices } = draft({
    [`${spooler}sitespecific.mk`]: `notification_spooler_config.update({${incoming()}, ${outgoing("10.9.9.9")}})\n`,
  });
  expect([central?.features, remote?.features]).toEqual([[], ["livestatus"]]);
  expect(notices).toContain(
    "to no server of this topology; add it under requirements: main-server to 10.9.9.9, port 6555",
  );
  expect(notices).toContain("waits for notification spoolers, but no settings say whose");
});

it("global settings are for all sites whose configuration comes from here, a site's own over them", () => {
  const global = "remote_status = (6559, False, None)\n";
  const eventConsole = { "etc/check_mk/mkeventd.d/wato/global.mk": global };
  const all = draft(eventConsole, ", 'globals': {'remote_status': None, 'site_mkeventd': ['SNMPTRAP', 'SYSLOG_TCP']}");
  expect(all.central).toEqual({ features: ["event-console-status"], ports: { event_console_status: 6559 } });
  expect(all.remote).toEqual({ features: ["snmp-traps", "syslog-tcp", "livestatus"], ports: {} });
  const realTime = { [`${wato}/global.mk`]: "cmc_real_time_checks = {'port': 6560, 'secret': 'hunter2'}\n" };
  expect(draft(realTime).remote).toEqual({
    features: ["real-time-checks", "livestatus"],
    ports: { real_time_checks: 6560 },
  });
});

it("mail servers, notification plug-ins and exports stand under outgoing, without what their URLs hold besides", () => {
  const rule = (plugin: string, more = "") =>
    `{'description': 'x', 'disabled': False${more}, 'notify_plugin': ${plugin}}`;
  const { outgoing: found, notices } = draft({
    [`${wato}/notifications.mk`]: `notification_rules += [${[
      rule(
        "('mail', {'smtp': {'smarthosts': ['mx1.example.com', 'mx2.example.com'], 'port': 587, 'auth': {'password': 'hunter2'}}})",
      ),
      rule("('slack', {'webhook_url': ('webhook_url', 'https://hooks.slack.com/services/T0/hunter2')})"),
      rule("('slack', 'a1')"),
      rule("('msteams', 'b2')"),
      rule("('pagerduty', None)"),
      rule("('signl4', {})").replace("False", "True"),
      rule("('own_script', ['x'])"),
    ].join(", ")}]\n`,
    [`${wato}/notification_parameter.mk`]:
      "notification_parameter.update({'slack': {'a1': {'parameter_properties': {'webhook_url': ('webhook_url', 'https://chat.example.com:8443/hooks/hunter2')}}}, 'msteams': {'b2': {'parameter_properties': {'webhook_url': ('cmk_postprocessed', 'explicit_password', ('u', 'https://acme.webhook.office.com/hunter2'))}}}})\n",
    [`${wato}/global.mk`]:
      "cmc_graphite = [{'host': '10.0.0.60', 'port': 2004, 'prefix': '', 'mangling': False}]\nhttp_proxies = {'p': {'ident': 'p', 'proxy_url': 'http://u:hunter2@10.0.0.70:3128'}, 'q': {'proxy_config': {'scheme': 'http', 'proxy_server_name': 'proxy', 'port': 8080}}}\nmkeventd_notify_remotehost = '10.0.0.80'\n",
    [`${wato}/influxdb_connections.mk`]:
      "influxdb_connections.update({'a': {'disabled': False, 'instance': {'protocol': ('https', {'port': 8086, 'no-cert-check': True}), 'instance_host': 'influx.example.com', 'instance_token': ('password', 'hunter2')}}, 'b': {'disabled': True, 'instance': {'protocol': ('http', {'port': 1}), 'instance_host': 'x'}}})\n",
  });
  expect(found).toEqual({
    smtp: [
      { address: "mx1.example.com", port: 587 },
      { address: "mx2.example.com", port: 587 },
    ],
    notifications: [
      "slack",
      { slack: { address: "chat.example.com", port: 8443 } },
      { msteams: { address: "acme.webhook.office.com" } },
    ],
    exports: [
      { graphite: { address: "10.0.0.60", port: 2004 } },
      { influxdb: { tls: true, address: "influx.example.com" } },
    ],
  });
  expect(notices).toContain("the notification plug-in own_script is not in the catalog");
  expect(notices).toContain(
    "web proxies of the settings; if it is the server's way out, write it under outgoing: { proxy: … }: 10.0.0.70:3128, proxy:8080",
  );
  expect(notices).toContain("remote Event Console over syslog; add it under requirements: 10.0.0.80");
  expect(JSON.stringify([found, notices])).not.toContain("hunter2");
});

it("labels that rules give decide conditions; one that cannot be decided leaves them open", () => {
  const rule = (value: string, condition: string) =>
    `{'id': 'x', 'value': ${value}, 'condition': {'host_folder': '/%s/' % FOLDER_PATH${condition}}}`;
  const { hosts, notices } = draft({
    [`${wato}/hosts.mk`]:
      "all_hosts += ['a1', 'b1']\nipaddresses.update({'a1': '10.0.2.1', 'b1': '10.0.2.2'})\nhost_tags.update({'a1': {'site': 'main', 'agent': 'cmk-agent'}, 'b1': {'site': 'main', 'agent': 'cmk-agent'}})\n",
    [`${wato}/rules.mk`]: `host_label_rules = [\n${rule("{'room': 'cellar'}", ", 'host_name': ['a1']")},\n${rule("{'cmk/os_family': 'windows'}", ", 'host_name': ['b1']")},\n] + host_label_rules\n\nagent_ports = [\n${rule("6557", ", 'host_label_groups': [('and', [('and', 'room:cellar')])]")},\n] + agent_ports\n`,
  });
  expect(hosts.map(({ name, os, ports }) => [name, os, ports])).toEqual([
    ["a1", undefined, { agent: 6557 }],
    ["b1", "windows", undefined],
  ]);
  // A label may also come from discovery, which no file tells.
  expect(notices).toContain("a rule of agent_ports has conditions that cannot be decided here: b1");
});
