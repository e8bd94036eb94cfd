import type { Catalog } from "../model/catalog.ts";
import type { Topology } from "../model/topology/topology.ts";

/** Why a topology needs no flow at all, in one sentence each; an empty plan must never look like a healthy network. */
export function explainEmpty(catalog: Catalog, topology: Topology): string[] {
  const missing: string[] = [];
  if (topology.hosts.length === 0) missing.push("no hosts");
  else missing.push("hosts that have agent: none, ping: false and no snmp");
  if (topology.remote_sites.length === 0) missing.push("no remote_sites");
  if (topology.clusters.length === 0) missing.push("no clusters");
  if (topology.outgoing === undefined) missing.push("no outgoing services");
  if (topology.requirements.length === 0) missing.push("no requirements of its own");
  return [
    `catalog ${catalog.product}/${catalog.version} requires nothing of this topology: it has ${missing.join(", ")}`,
  ];
}
