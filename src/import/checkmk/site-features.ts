import type { Feature } from "../../model/topology/names.ts";
import { isMap, type Literal, lookUp } from "../python/literal.ts";

/** Global settings of a site by their name. */
export type SiteSettings = ReadonlyMap<string, Literal>;

/** What the settings of a site switch on at its server, and at which ports. */
export interface Switched {
  features: readonly Feature[];
  /** Ports of the server that are not the usual ones. */
  ports: Readonly<Record<string, number>>;
}

/** Where a notification spooler connects to, and at which port another one is awaited. */
export interface Spooler {
  listensAt?: number;
  connectsTo: readonly { address: string; port: number }[];
}

const portOf = (value: Literal | undefined): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535 ? value : undefined;

/** Receivers of the Event Console, as `site_mkeventd` lists them. */
const receivers: Readonly<Record<string, Feature>> = {
  SNMPTRAP: "snmp-traps",
  SYSLOG: "syslog-udp",
  SYSLOG_TCP: "syslog-tcp",
};

/** Features that global settings switch on; those of `site.conf` are told by that file. */
export function switchedBy(settings: SiteSettings): Switched {
  const features = new Set<Feature>();
  const ports: Record<string, number> = {};
  const on = (feature: Feature, name: string, port: number | undefined, usual: number): void => {
    features.add(feature);
    if (port !== undefined && port !== usual) ports[name] = port;
  };
  const status = settings.get("remote_status");
  if (Array.isArray(status)) on("event-console-status", "event_console_status", portOf(lookUp(status, 0)), 6558);
  const realTime = settings.get("cmc_real_time_checks");
  if (isMap(realTime)) on("real-time-checks", "real_time_checks", portOf(realTime.get("port")), 6559);
  const console = settings.get("site_mkeventd");
  for (const word of Array.isArray(console) ? (console as readonly Literal[]) : []) {
    const feature = typeof word === "string" && Object.hasOwn(receivers, word) ? receivers[word] : undefined;
    if (feature !== undefined) features.add(feature);
  }
  return { features: [...features], ports };
}

/** The notification spooler of a site (docs/notes/importing.md). */
export function spoolerOf(settings: SiteSettings): Spooler {
  const config = settings.get("notification_spooler_config");
  const listensAt = portOf(lookUp(config, "incoming", "listen_port"));
  const outgoing = lookUp(config, "outgoing");
  const connectsTo = (Array.isArray(outgoing) ? (outgoing as readonly Literal[]) : []).flatMap((one) => {
    const address = lookUp(one, "address");
    return typeof address === "string" && address !== ""
      ? [{ address, port: portOf(lookUp(one, "port")) ?? 6555 }]
      : [];
  });
  return { ...(listensAt === undefined ? {} : { listensAt }), connectsTo };
}
