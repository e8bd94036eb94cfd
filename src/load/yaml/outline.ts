import type { Topology } from "../../model/topology/topology.ts";
import { closest } from "./suggest.ts";

type Named = { name: string; address: string[] };
type NamedServer = Named & { sites: { name: string }[] };

/** The names of a topology and what refers to them; a valid topology is one of these. */
export interface Outline {
  server: NamedServer;
  remote_sites: NamedServer[];
  hosts: (Named & { site?: string | undefined })[];
  clusters: { name: string; nodes: Named[] }[];
  relays: (Named & { site?: string | undefined })[];
  requirements: Topology["requirements"];
  vantages: Record<string, unknown>;
  /** Whether some node, or some site, could not be read: then nobody can say which names lead nowhere. */
  lacks?: { nodes: boolean; sites: boolean };
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the names out of a topology whatever else is wrong with it, so that one run tells all mistakes. A misspelt key is
 * read as the one that was meant. A name that is missing or is no text becomes one that nothing refers to; the schema
 * reports it.
 */
export function readOutline(value: unknown): Outline {
  let unnamed = 0;
  const lacks = { nodes: false, sites: false };
  const list = (one: unknown, kind?: keyof typeof lacks): Fields[] => {
    if (one !== undefined && !Array.isArray(one) && kind !== undefined) lacks[kind] = true;
    return Array.isArray(one) ? one.map(fieldsOf) : [];
  };
  const nameOf = (one: Fields, kind: keyof typeof lacks): string => {
    const name = fieldLike(one, "name");
    if (typeof name === "string") return name;
    lacks[kind] = true;
    return `unnamed ${++unnamed}`;
  };
  const node = (one: Fields): Named => ({ name: nameOf(one, "nodes"), address: [] });
  const sitesIn = (written: unknown): { name: string }[] => {
    if (!Array.isArray(written)) lacks.sites = true;
    return Array.isArray(written)
      ? written.map((site) => ({ name: typeof site === "string" ? site : nameOf(fieldsOf(site), "sites") }))
      : [];
  };
  const server = (one: Fields): NamedServer => ({ ...node(one), sites: sitesIn(fieldLike(one, "sites")) });
  const onSite = (one: Fields): Outline["hosts"][number] => {
    const site = fieldLike(one, "site");
    return { ...node(one), ...(typeof site === "string" ? { site } : {}) };
  };
  const all = fieldsOf(value);
  return {
    server: server(fieldsOf(fieldLike(all, "server"))),
    remote_sites: list(fieldLike(all, "remote_sites"), "nodes").map(server),
    hosts: list(fieldLike(all, "hosts"), "nodes").map(onSite),
    clusters: list(fieldLike(all, "clusters"), "nodes").map((one) => {
      const { name } = one;
      const nodes = list(fieldLike(one, "nodes"), "nodes").map(node);
      return { name: typeof name === "string" ? name : `unnamed ${++unnamed}`, nodes };
    }),
    relays: list(fieldLike(all, "relays"), "nodes").map(onSite),
    requirements: list(fieldLike(all, "requirements")).map(({ from, to }) => ({
      from: typeof from === "string" ? from : "server", // a group, so nothing is said about it
      to: typeof to === "string" ? to : "server",
      expect: "open",
    })),
    vantages: fieldsOf(fieldLike(all, "vantages")) as Record<string, unknown>,
    lacks,
  };
}

const fieldsOf = (one: unknown): Fields => (typeof one === "object" && one !== null ? (one as Fields) : {});

/** What stands under this key, or under one that is close to it. */
function fieldLike(fields: Fields, key: string): unknown {
  if (fields[key] !== undefined) return fields[key];
  const slip = Object.keys(fields).find((one) => closest(one, [key]) !== undefined);
  return slip === undefined ? undefined : fields[slip];
}
