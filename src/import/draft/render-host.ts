import type { DraftHost, DraftServer, DraftSite } from "./draft.ts";

const oneOrMany = (addresses: readonly string[]): string | readonly string[] =>
  addresses.length === 1 ? (addresses[0] ?? "") : addresses;

const filled = <Value extends object>(value: Value | undefined): Value | undefined =>
  value === undefined || Object.keys(value).length === 0 ? undefined : value;

/** A value without the keys that say nothing. */
function lean(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}

/** What a host has besides what a table has a column for: the same for all hosts of one table. */
export const hostExtras = ({ snmp, ports, special_agents, active_checks }: DraftHost): Record<string, unknown> =>
  lean({ snmp, ports: filled(ports), special_agents: filled(special_agents), active_checks: filled(active_checks) });

/** A host as a topology writes it. What is a topology's default is left out. */
export function hostEntry(host: DraftHost, firstSite: string | undefined): Record<string, unknown> {
  const { name, addresses, site, os, agent, ping, special_agents } = host;
  const usualAgent = special_agents === undefined ? "pull" : "none"; // what a topology means where it says nothing
  return lean({
    name,
    address: oneOrMany(addresses),
    site: site === firstSite ? undefined : site,
    os: os === "linux" ? undefined : os,
    agent: agent === usualAgent ? undefined : agent,
    ping: ping === false ? false : undefined,
    ...hostExtras(host),
  });
}

/** A site as a topology writes it. */
export const siteEntry = ({ name, ports, features }: DraftSite): Record<string, unknown> =>
  lean({ name, ports: filled(ports), features: filled(features) });

/** A server as a topology writes it. */
export function serverEntry({ name, addresses, sites, features, ports }: DraftServer): Record<string, unknown> {
  return lean({
    name,
    address: oneOrMany(addresses),
    sites: sites.map(siteEntry),
    features: filled(features),
    ports: filled(ports),
  });
}
