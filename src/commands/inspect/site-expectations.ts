import type { Flow } from "../../model/flow.ts";
import type { Topology } from "../../model/topology/topology.ts";

/** A port of a site, and which of its settings makes it listen there (docs/notes/listening.md). */
const ports = [
  ["agent_receiver", "AGENT_RECEIVER_PORT", 8000, "AGENT_RECEIVER"],
  ["apache", "APACHE_TCP_PORT", 5000, undefined],
  ["livestatus", "LIVESTATUS_TCP_PORT", 6557, "LIVESTATUS_TCP"],
  ["message_broker", "RABBITMQ_PORT", 5672, undefined],
] as const;

/** Ports that every site has or has not. */
const switches = [
  ["udp", 514, "MKEVENTD_SYSLOG"],
  ["tcp", 514, "MKEVENTD_SYSLOG_TCP"],
  ["udp", 162, "MKEVENTD_SNMPTRAP"],
] as const;

/** The sites of a node of the topology. */
const sitesOf = (topology: Topology, node: string) =>
  [topology.server, ...topology.remote_sites].find(({ name }) => name === node)?.sites ?? [];

/** Names of the sites whose settings may say something about flows to a node. */
export const siteNames = (topology: Topology, node: string): string[] =>
  sitesOf(topology, node)
    .map(({ name }) => name)
    .filter((name) => /^[A-Za-z_][A-Za-z0-9_]{0,15}$/.test(name))
    .slice(0, 100);

/** What the topology expects of the settings of its target's sites, if one of them has the port of a flow. */
export function settingsFor(
  topology: Topology,
  { to, port, protocol }: Pick<Flow, "to" | "port" | "protocol">,
): { site: string; key: string; expected: string }[] {
  const sites = sitesOf(topology, to);
  const own = sites.flatMap(({ name: site, ports: given }) =>
    ports.flatMap(([name, key, usual, isOn]) => {
      if (protocol !== "tcp" || (given?.[name] ?? usual) !== port) return [];
      const number = { site, key, expected: String(port) };
      return isOn === undefined ? [number] : [{ site, key: isOn, expected: "on" }, number];
    }),
  );
  // Of several sites one is enough for these, so that none alone is wrong.
  const [site, ...others] = sites;
  const shared = switches.flatMap(([transport, number, key]) =>
    transport === protocol && number === port && site !== undefined && others.length === 0
      ? [{ site: site.name, key, expected: "on" }]
      : [],
  );
  return [...own, ...shared];
}
