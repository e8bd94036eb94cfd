import type { LoadedTopology } from "../../load/topology/topology.ts";
import type { AccessRequest } from "../../model/firewall/access-rule.ts";
import type { Catalog } from "../../model/catalog.ts";
import type { Plan } from "../../model/flow.ts";
import type { Run } from "../../model/run/run.ts";
import { accessRequest } from "../../plan/access-request.ts";
import { plan } from "../../plan/plan.ts";
import { nodesOf } from "../identify/identify.ts";

/** The rules that a plan needs, or those of them that a run found failing. */
export function requestOf(
  { loaded, catalog, plan: part }: { loaded: LoadedTopology; catalog: Catalog; plan: Plan },
  isGrouped: boolean,
  run?: Run,
): AccessRequest {
  const { topology, networks, file } = loaded;
  const matter = { plan: part, topology: file, nodes: nodesOf(topology), networks, isGrouped };
  return accessRequest(run === undefined ? matter : { ...matter, run, whole: plan(catalog, topology) });
}

/** A text with the byte order mark in front, where it is wanted. */
export const withMark = (text: string, isWanted: boolean): string => (isWanted ? `\uFEFF${text}` : text);
