import type { Topology } from "../../model/topology/topology.ts";

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
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the names out of a topology whatever else is wrong with it, so that one run tells all mistakes. A name that is
 * missing or is no text becomes one that nothing refers to; the schema reports it.
 */
export function readOutline(value: unknown): Outline {
  let unnamed = 0;
  const fields = (one: unknown): Fields => (typeof one === "object" && one !== null ? (one as Fields) : {});
  const list = (one: unknown): Fields[] => (Array.isArray(one) ? one.map(fields) : []);
  const nameOf = ({ name }: Fields): string => (typeof name === "string" ? name : `unnamed ${++unnamed}`);
  const node = (one: Fields): Named => ({ name: nameOf(one), address: [] });
  const sitesIn = (written: unknown): { name: string }[] =>
    Array.isArray(written)
      ? written.map((site) => ({ name: typeof site === "string" ? site : nameOf(fields(site)) }))
      : [];
  const server = (one: Fields): NamedServer => ({
    ...node(one),
    sites: sitesIn(one["sites"]),
  });
  const onSite = (one: Fields): Outline["hosts"][number] => ({
    ...node(one),
    ...(typeof one["site"] === "string" ? { site: one["site"] } : {}),
  });
  const all = fields(value);
  return {
    server: server(fields(all["server"])),
    remote_sites: list(all["remote_sites"]).map(server),
    hosts: list(all["hosts"]).map(onSite),
    clusters: list(all["clusters"]).map((one) => ({ name: nameOf(one), nodes: list(one["nodes"]).map(node) })),
    relays: list(all["relays"]).map(onSite),
    requirements: list(all["requirements"]).map(({ from, to }) => ({
      from: typeof from === "string" ? from : "server", // a group, so nothing is said about it
      to: typeof to === "string" ? to : "server",
      expect: "open",
    })),
    vantages: fields(all["vantages"]) as Record<string, unknown>,
  };
}
