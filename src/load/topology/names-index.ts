import type { groupNames } from "../../model/topology/topology.ts";
import type { Outline } from "../yaml/outline.ts";
import type { Path } from "../yaml/place.ts";

/** Something in a topology that has a name. */
export interface Named {
  name: string;
  path: Path;
}

/** A node, with its addresses and the word that stands for all nodes of its kind. */
export interface NamedNode extends Named {
  group: (typeof groupNames)[number];
  addresses: readonly string[];
}

/** Every node of a topology in the order of the file's sections: everything that can send or be sent to. */
export function listNodes({ server, remote_sites, hosts, clusters, relays }: Outline): NamedNode[] {
  const node = (path: Path, group: NamedNode["group"], { name, address }: { name: string; address: string[] }) => ({
    name,
    path,
    group,
    addresses: address,
  });
  return [
    node(["server"], "server", server),
    ...remote_sites.map((remote, index) => node(["remote_sites", index], "remote_sites", remote)),
    ...hosts.map((host, index) => node(["hosts", index], "hosts", host)),
    ...clusters.flatMap(({ nodes }, index) =>
      nodes.map((entry, place) => node(["clusters", index, "nodes", place], "clusters", entry)),
    ),
    ...relays.map((relay, index) => node(["relays", index], "relays", relay)),
  ];
}

/** Every OMD site with the server that has it. */
export function listSites({ server, remote_sites }: Outline): (Named & { server: string })[] {
  const sitesOf = (path: Path, { name, sites }: Outline["server"]) =>
    sites.map((site, index) => ({ name: site.name, path: [...path, "sites", index], server: name }));
  return [
    ...sitesOf(["server"], server),
    ...remote_sites.flatMap((remote, index) => sitesOf(["remote_sites", index], remote)),
  ];
}
