import type { Catalog } from "../model/catalog.ts";
import { usedConnections } from "../model/plugin/plugin-connections.ts";
import type { PluginUse } from "../model/plugin/plugin-use.ts";
import type { Plugin, PluginConnection, Roster } from "../model/plugin/plugin.ts";
import type { PluginKind } from "../model/plugin/plugin-kinds.ts";
import type { Outgoing } from "../model/topology/outgoing.ts";
import type { Server, Topology } from "../model/topology/topology.ts";
import type { Unused } from "./unused.ts";

/**
 * What a topology says of plug-ins and Checkmk does otherwise: one that asks nobody over the network, one that this
 * version does not have, a port or an encryption for which its rule has no option. No mistakes: lists of versions and
 * options grow old, and a NAT may move a port.
 */
export function pluginNotes(catalog: Catalog, topology: Topology, roster: Roster | undefined): Unused[] {
  if (roster === undefined) return [];
  const found: Unused[] = [];
  const look = (
    kind: PluginKind,
    uses: readonly PluginUse[] | undefined,
    path: PropertyKey[],
    proxy: unknown,
  ): void => {
    for (const [index, use] of (uses ?? []).entries()) {
      const plugin = roster[kind].get(use.name);
      if (plugin === undefined) continue;
      for (const message of remarks(catalog, plugin, use, proxy !== undefined))
        found.push({ path: [...path, index], message });
    }
  };
  const outgoing = (one: Outgoing | undefined, path: PropertyKey[], proxy: unknown): void => {
    look("notifications", one?.notifications, [...path, "notifications"], proxy);
    look("exports", one?.exports, [...path, "exports"], proxy);
  };
  const proxyOf = ({ name, outgoing: own }: Server): unknown =>
    (name === topology.server.name ? topology.outgoing?.proxy : undefined) ?? own?.proxy;
  outgoing(topology.outgoing, ["outgoing"], proxyOf(topology.server));
  outgoing(topology.server.outgoing, ["server", "outgoing"], proxyOf(topology.server));
  for (const [index, remote] of topology.remote_sites.entries())
    outgoing(remote.outgoing, ["remote_sites", index, "outgoing"], proxyOf(remote));
  const siteProxies = new Map(
    [topology.server, ...topology.remote_sites].flatMap((one) => one.sites.map(({ name }) => [name, proxyOf(one)])),
  );
  for (const [index, host] of topology.hosts.entries()) {
    const proxy = host.site === undefined ? proxyOf(topology.server) : siteProxies.get(host.site);
    look("special-agents", host.special_agents, ["hosts", index, "special_agents"], proxy);
    look("active-checks", host.active_checks, ["hosts", index, "active_checks"], proxy);
  }
  return found;
}

function remarks(catalog: Catalog, plugin: Plugin, { options }: PluginUse, hasProxy: boolean): string[] {
  const { name, since, types, connections, default_type } = plugin;
  const all = types === undefined ? connections : types[options.type ?? default_type ?? ""];
  const main = all?.[0];
  const used = usedConnections(plugin, options);
  const said: string[] = [];
  if (!("message" in used) && used.length === 0)
    said.push(`nothing is checked for ${name}: it stays on the machine of its site`);
  if (since !== undefined && isBefore(catalog.version, since))
    said.push(`${name} comes with version ${since}, and this is catalog ${catalog.product}/${catalog.version}`);
  if (options.proxy === true && !hasProxy)
    said.push(`${name}: there is no outgoing.proxy, so the direct way is checked`);
  return main === undefined ? said : [...said, ...withoutOption(name, main, options)];
}

function withoutOption(name: string, main: PluginConnection, { port, tls }: PluginUse["options"]): string[] {
  const isFixed = port !== undefined && main.port_option === undefined && !isByUrl(main);
  const preset = typeof main.port === "number" ? main.port : undefined;
  return [
    ...(isFixed && preset !== undefined && preset !== port
      ? [`the rule of ${name} has no option for its port, which is ${preset}`]
      : []),
    ...(tls === true && main.tls === "never" ? [`the rule of ${name} has no TLS`] : []),
    ...(tls === false && main.tls === "always" ? [`${name} always uses TLS`] : []),
  ];
}

/** Where a rule has a URL or names another machine, the port may come with it. */
const isByUrl = ({ port, target }: PluginConnection): boolean => typeof port === "object" || target !== "host";

function isBefore(version: string, since: string): boolean {
  const [a, b] = [version.split(".").map(Number), since.split(".").map(Number)];
  for (const [place, number] of b.entries()) {
    if ((a[place] ?? 0) !== number) return (a[place] ?? 0) < number;
  }
  return false;
}
