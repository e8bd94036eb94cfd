import type { Feature } from "../../model/topology/names.ts";
import type { SiteConfig } from "./found.ts";

/**
 * Reads `etc/omd/site.conf`: lines `CONFIG_NAME='value'`, which a shell could read as well. Nothing is expanded. Lines of
 * another form are given back by their number.
 */
export function readSiteConfig(text: string): { config: SiteConfig; strange: number[] } {
  const config: Record<string, string> = {};
  const strange: number[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const [, name, single, double, plain] =
      /^\s*(?:export\s+)?CONFIG_([A-Z0-9_]+)=(?:'([^']*)'|"([^"$`\\]*)"|([^\s'"$`\\;&|<>()]*))\s*$/.exec(line) ?? [];
    if (name === undefined) strange.push(index + 1);
    else config[name] = single ?? double ?? plain ?? "";
  }
  return { config, strange };
}

/** Which setting says that a feature is on. */
const featureSettings: readonly (readonly [Feature, string])[] = [
  ["livestatus", "LIVESTATUS_TCP"],
  ["snmp-traps", "MKEVENTD_SNMPTRAP"],
  ["syslog-udp", "MKEVENTD_SYSLOG"],
  ["syslog-tcp", "MKEVENTD_SYSLOG_TCP"],
  ["opentelemetry", "OPENTELEMETRY_COLLECTOR"],
];

/** Features that the settings of a site switch on. Those of the Event Console need the Event Console. */
export function featuresOfConfig(config: SiteConfig): Feature[] {
  return featureSettings.flatMap(([feature, setting]) => {
    const needsConsole = setting.startsWith("MKEVENTD_") && config["MKEVENTD"] === "off";
    return config[setting] === "on" && !needsConsole ? [feature] : [];
  });
}

/** Which setting holds a port of a site, and its default. */
const portSettings = [
  ["agent_receiver", "AGENT_RECEIVER_PORT", 8000],
  ["apache", "APACHE_TCP_PORT", 5000],
  ["livestatus", "LIVESTATUS_TCP_PORT", 6557],
  ["message_broker", "RABBITMQ_PORT", 5672],
  ["rabbitmq_management", "RABBITMQ_MANAGEMENT_PORT", 15_671],
  ["rabbitmq_distribution", "RABBITMQ_DIST_PORT", 25_672],
  ["otel_self_monitoring", "OPENTELEMETRY_COLLECTOR_SELF_MONITORING_PORT", 14_317],
] as const;

/** Ports of a site that differ from the default. */
export function portsOfConfig(config: SiteConfig): Record<string, number> {
  const ports: Record<string, number> = {};
  for (const [name, setting, usual] of portSettings) {
    const port = /^\d{1,5}$/.test(config[setting] ?? "") ? Number(config[setting]) : usual;
    if (port !== usual && port >= 1 && port <= 65_535) ports[name] = port;
  }
  // A port of a service that is off would lead to no flow.
  if (config["LIVESTATUS_TCP"] !== "on") delete ports["livestatus"];
  if (config["OPENTELEMETRY_COLLECTOR"] !== "on") delete ports["otel_self_monitoring"];
  return ports;
}
