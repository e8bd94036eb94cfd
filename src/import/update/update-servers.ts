import { type Document, isMap, isNode, isSeq, type YAMLMap, YAMLSeq } from "yaml";
import type { Draft, DraftServer, DraftSite } from "../draft/draft.ts";
import { addressOf } from "../draft/names.ts";
import { flow, serverNode } from "../draft/render.ts";
import { siteEntry } from "../draft/render-host.ts";
import { isKept } from "./update-host.ts";

/** Sites of a server's entry by their name; a site may be written as its name alone. */
function sitesOf(server: YAMLMap): Map<string, { list: YAMLSeq; at: number }> {
  const list = server.get("sites", true);
  const found = new Map<string, { list: YAMLSeq; at: number }>();
  if (!isSeq(list)) return found;
  for (const [at, site] of (list.toJSON() as unknown[]).entries()) {
    const name = typeof site === "string" ? site : (Object(site) as { name?: unknown }).name;
    if (typeof name === "string") found.set(name, { list, at });
  }
  return found;
}

function serversIn(document: Document): YAMLMap[] {
  const remotes = document.get("remote_sites", true);
  const all = [document.get("server", true), ...(isSeq(remotes) ? remotes.items : [])];
  return all.filter((one) => isMap(one));
}

/**
 * Brings servers to what the source tells: addresses, ports and features of sites that are there, and sites that are new.
 * Names of servers are a person's, features that the source does not tell stay, and so does the address of the central
 * server unless somebody gave one (`isAddressGiven`), because no source knows it.
 */
export function updateServers(document: Document, { server, remoteSites }: Draft, isAddressGiven: boolean): string[] {
  if (server === undefined) return [];
  return [server, ...remoteSites].flatMap((drafted) => {
    const isCentral = drafted === server;
    return updateServer(document, drafted, { isCentral, isAddressKnown: !isCentral || isAddressGiven });
  });
}

function updateServer(
  document: Document,
  drafted: DraftServer,
  { isCentral, isAddressKnown }: { isCentral: boolean; isAddressKnown: boolean },
): string[] {
  const servers = serversIn(document);
  const known = drafted.sites.map((site) => servers.find((one) => sitesOf(one).has(site.name)));
  const home = isCentral ? servers[0] : known.find((one) => one !== undefined);
  if (home === undefined) {
    if (isCentral) return [];
    const list = document.get("remote_sites", true);
    const remotes = isSeq(list) ? list : new YAMLSeq();
    remotes.add(serverNode(document, drafted));
    if (!isSeq(list)) document.set("remote_sites", remotes);
    return [`+ remote server ${drafted.name} with the site ${drafted.sites.map(({ name }) => name).join(", ")}`];
  }
  const moved = isAddressKnown ? updateAddress(document, home, drafted) : [];
  return [...moved, ...drafted.sites.flatMap((site, index) => updateSite(document, known[index] ?? home, site))];
}

/** A server has moved if none of its addresses is the one that the source tells. `keep` behind it says that it has not. */
function updateAddress(document: Document, node: YAMLMap, { addresses: [now] }: DraftServer): string[] {
  const written = node.get("address", true);
  const before: unknown = isNode(written) ? written.toJSON() : undefined;
  const old = (Array.isArray(before) ? (before as unknown[]) : [before]).map(String);
  if (now === undefined || old.some((address) => (addressOf(address) ?? address) === now)) return [];
  const name = node.getIn(["name"], true);
  if ([node, written, name].some((one) => isNode(one) && isKept(one))) return [];
  const after = document.createNode(now);
  if (isNode(written) && written.comment) after.comment = written.comment;
  node.set("address", after);
  return [`~ server ${String(node.get("name"))}: address ${JSON.stringify(before)} -> "${now}"`];
}

function updateSite(document: Document, server: YAMLMap, site: DraftSite): string[] {
  const place = sitesOf(server).get(site.name);
  const list = server.get("sites", true);
  if (place === undefined) {
    if (isSeq(list)) list.add(flow(document.createNode(siteEntry(site))));
    return [`+ site ${site.name}`];
  }
  const old = place.list.items[place.at];
  const before = isMap(old) ? (old.toJSON() as { ports?: object; features?: string[] }) : {};
  const ports = { ...before.ports, ...site.ports };
  const features = [...new Set([...(before.features ?? []), ...(site.features ?? [])])];
  const changes = [
    ...Object.entries(site.ports ?? {}).flatMap(([name, port]) => {
      const was = (before.ports as Record<string, unknown> | undefined)?.[name];
      return was === port ? [] : [`~ site ${site.name}: port ${name} ${String(was ?? "(default)")} -> ${port}`];
    }),
    ...features.slice((before.features ?? []).length).map((feature) => `~ site ${site.name}: + feature ${feature}`),
  ];
  if (changes.length === 0) return [];
  const node = flow(
    document.createNode({ ...before, ...siteEntry({ name: site.name, ports, features } as DraftSite) }),
  );
  if (isMap(old) && old.comment) node.comment = old.comment;
  place.list.items[place.at] = node;
  return changes;
}
