import type { CallOptions } from "../checkmk/call-options.ts";
import { ofText } from "../checkmk/call-options.ts";
import type { Found, Reached } from "../checkmk/found.ts";
import type { SiteSettings } from "../checkmk/site-features.ts";
import type { Notice } from "../draft/draft.ts";
import { addressOf } from "../draft/names.ts";
import { isMap, type Literal, type LiteralMap, lookUp } from "../python/literal.ts";
import { readStatements } from "../python/statements.ts";

const listOf = (value: Literal | undefined): readonly Literal[] =>
  Array.isArray(value) ? (value as readonly Literal[]) : [];
const portOf = (value: Literal | undefined): { port?: number } => (typeof value === "number" ? { port: value } : {});

/** Every map in a value that has the key, the value's own first. */
function having(value: Literal | undefined, key: string): LiteralMap[] {
  if (isMap(value)) {
    return [...(value.has(key) ? [value] : []), ...[...value.values()].flatMap((one) => having(one, key))];
  }
  return listOf(value).flatMap((one) => having(one, key));
}
const textsIn = (value: Literal | undefined): string[] =>
  typeof value === "string" ? [value] : (isMap(value) ? [...value.values()] : listOf(value)).flatMap(textsIn);

/** Notification rules that are on, as name and parameters; newer versions keep the parameters in a file of their own. */
function pluginsIn(rules: string, file: string, parameters: SiteSettings): { name: string; value: Literal }[] {
  const all = readStatements(rules, file).filter(({ name }) => name === "notification_rules");
  return all
    .flatMap(({ values }) => values.flatMap(listOf))
    .flatMap((rule) => {
      const name = lookUp(rule, "notify_plugin", 0);
      const value = lookUp(rule, "notify_plugin", 1);
      if (typeof name !== "string" || lookUp(rule, "disabled") === true || value === null) return []; // None cancels
      const kept = typeof value === "string" ? lookUp(parameters.get("notification_parameter"), name, value) : value;
      return [{ name, value: kept ?? new Map<string, Literal>() }];
    });
}

/** The address in a URL or text of a plug-in's parameters. Whatever else is in a URL may be a secret and is not kept. */
function optionsIn(value: Literal): CallOptions {
  const urls = textsIn(value).filter((text) => /^https?:\/\//i.test(text));
  return urls.map(ofText).find(({ address }) => address !== undefined) ?? {};
}

/** Mail servers and plug-ins of the notification rules. */
export function readNotifications(
  rules: { text: string; file: string },
  parameters: SiteSettings,
): { reached: Omit<Reached, "exports">; notices: Notice[] } {
  const plugins = pluginsIn(rules.text, rules.file, parameters);
  const isMail = (name: string): boolean => name === "mail" || name === "asciimail";
  const notices: Notice[] = [];
  const smtp = plugins
    .filter(({ name }) => isMail(name))
    .flatMap(({ value }) => {
      const hosts = having(value, "smarthosts").flatMap((one) =>
        listOf(one.get("smarthosts")).map((host) => ({ host, ...portOf(one.get("port")) })),
      );
      const text = "mail goes through the server's own mail system; write its relay under outgoing: { smtp: … }";
      if (hosts.length === 0) notices.push({ about: "", text });
      return hosts.flatMap(({ host, ...port }) => {
        const address = typeof host === "string" ? addressOf(host) : undefined;
        return address === undefined ? [] : [{ address, ...port }];
      });
    });
  return {
    reached: {
      smtp: [...new Map(smtp.map((one) => [`${one.address} ${one.port ?? ""}`, one])).values()],
      notifications: plugins
        .filter(({ name }) => !isMail(name))
        .map(({ name, value }) => ({ name, options: optionsIn(value) })),
    },
    notices,
  };
}

/** Where metrics go to, by the settings of the core and the connections to InfluxDB that are on. */
export function readExports(settings: SiteSettings, connections: SiteSettings): Found["reached"]["exports"] {
  const to = (name: string, host: Literal | undefined, more: CallOptions) =>
    typeof host === "string" && host !== "" ? [{ name, options: { ...ofText(host), ...more } }] : [];
  const graphite = listOf(settings.get("cmc_graphite")).flatMap((one) =>
    to("graphite", lookUp(one, "host"), portOf(lookUp(one, "port"))),
  );
  const influx = connections.get("influxdb_connections");
  const databases = (isMap(influx) ? [...influx.values()] : []).flatMap((one) => {
    if (lookUp(one, "disabled") === true) return [];
    const protocol = lookUp(one, "instance", "protocol");
    return to("influxdb", lookUp(one, "instance", "instance_host"), {
      ...portOf(lookUp(protocol, 1, "port")),
      tls: lookUp(protocol, 0) === "https",
    });
  });
  const ntop = settings.get("ntop_connection");
  const isOn = lookUp(ntop, "is_activated") === true;
  const tls = lookUp(ntop, "protocol") === "https";
  return [
    ...graphite,
    ...databases,
    ...(isOn ? to("ntopng", lookUp(ntop, "hostaddress"), { ...portOf(lookUp(ntop, "port")), tls }) : []),
  ];
}

/** Settings that name machines, but not what a topology would say of them. */
export function settingNotices(settings: SiteSettings): Notice[] {
  const proxies = settings.get("http_proxies");
  const named = (isMap(proxies) ? [...proxies.values()] : []).flatMap((proxy) => {
    const url = lookUp(proxy, "proxy_url");
    const server = lookUp(proxy, "proxy_config", "proxy_server_name");
    const port = lookUp(proxy, "proxy_config", "port");
    const text = typeof url === "string" ? url : typeof server === "string" ? `any://${server}:${String(port)}` : "";
    return URL.canParse(text) ? [new URL(text).host] : [];
  });
  const remote = settings.get("mkeventd_notify_remotehost");
  const master = lookUp(settings.get("replication"), "master");
  return [
    ...named.map((about) => ({
      about,
      text: "web proxies of the settings; if it is the server's way out, write it under outgoing: { proxy: … }",
    })),
    ...(typeof remote === "string" && remote !== ""
      ? [{ about: remote, text: "notifications go to a remote Event Console over syslog; add it under requirements" }]
      : []),
    ...(typeof lookUp(master, 0) === "string"
      ? [
          {
            about: `${String(lookUp(master, 0))}, port ${String(lookUp(master, 1))}`,
            text: "the Event Console copies from another one; add it under requirements",
          },
        ]
      : []),
  ];
}
