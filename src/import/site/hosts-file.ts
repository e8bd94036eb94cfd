import type { FoundHost } from "../checkmk/found.ts";
import { isMap, type Literal, type LiteralMap, toJson } from "../python/literal.ts";
import { readStatements, type Statement } from "../python/statements.ts";

/** Variables that hold something for each host, and the attribute that REST gives for it. */
const perHost: Readonly<Record<string, string>> = {
  ipaddresses: "ipaddress",
  ipv6addresses: "ipv6address",
  explicit_snmp_communities: "snmp_community",
  cmk_agent_connection: "cmk_agent_connection",
  host_labels: "labels",
};

const listOf = (value: Literal): readonly Literal[] => (Array.isArray(value) ? (value as readonly Literal[]) : []);
/** Older versions write the tags of a host behind its name. */
const nameOf = (written: string): string => written.split("|", 1)[0] ?? written;

/**
 * The hosts of a `hosts.mk`, with attributes as REST calls them. Anything but literals throws an `InputError` that names
 * the line.
 */
export function readHostsFile(text: string, { file, folder }: { file: string; folder: string }): FoundHost[] {
  const attributes = new Map<string, Record<string, unknown>>();
  const clusters = new Set<string>();
  const names = new Set<string>();
  const of = (host: string): Record<string, unknown> => {
    const known = attributes.get(host) ?? {};
    attributes.set(host, known);
    return known;
  };
  for (const statement of readStatements(text, file)) {
    const { name } = statement;
    if (name === "all_hosts") {
      for (const host of statement.values.flatMap(listOf)) if (typeof host === "string") names.add(nameOf(host));
    } else if (name === "clusters") {
      for (const host of mapsOf(statement).flatMap((map) => [...map.keys()])) clusters.add(nameOf(host));
    } else if (name === "host_tags") {
      eachHost(statement, (host, tags) => Object.assign(of(host), isMap(tags) ? tagsOf(tags) : {}));
    } else if (name === "host_attributes") {
      eachHost(statement, (host, own) => {
        const connection = isMap(own) ? own.get("cmk_agent_connection") : undefined;
        if (typeof connection === "string") of(host)["cmk_agent_connection"] = connection;
      });
    } else if (Object.hasOwn(perHost, name)) {
      eachHost(statement, (host, value) => (of(host)[perHost[name] ?? name] = toJson(value)));
    }
  }
  return [...new Set([...names, ...clusters])].map((host) => ({
    name: host,
    folder,
    attributes: attributes.get(host) ?? {},
    isCluster: clusters.has(host),
  }));
}

const mapsOf = ({ values }: Statement): LiteralMap[] => values.filter(isMap);

function eachHost(statement: Statement, take: (host: string, value: Literal) => void): void {
  for (const map of mapsOf(statement)) for (const [host, value] of map) take(nameOf(host), value);
}

/** The site of a host stands among its tags. */
function tagsOf(tags: LiteralMap): Record<string, unknown> {
  return Object.fromEntries([...tags].map(([key, value]) => [key === "site" ? key : `tag_${key}`, value]));
}
