import type { Catalog } from "../model/catalog.ts";
import type { Plan } from "../model/flow.ts";
import type { Roster } from "../model/plugin/plugin.ts";
import type { Topology } from "../model/topology/topology.ts";
import { isLocal } from "../model/topology/vantage-spec.ts";
import { expand } from "./expand.ts";
import { expandExtras, extraSection } from "./extra.ts";
import { applyFilter, type Filter } from "./filter.ts";
import { merge } from "./merge.ts";
import { expandPlugins } from "./plugin-flows.ts";

/**
 * Joins a catalog with a topology: every flow that is required, with its direction, and the probes that test them. The
 * roster says what special agents, active checks, notifications and exports ask; a topology without them needs none.
 */
export function plan(catalog: Catalog, topology: Topology, roster?: Roster): Plan {
  const drafts = catalog.sections
    .flatMap((section) => section.requirements.flatMap((requirement) => expand(section, requirement, topology)))
    .concat(expandPlugins(topology, catalog, roster))
    .concat(expandExtras(topology, catalog));
  const { product, version, title, url, sections } = catalog;
  // Named after one of its nodes, so that whoever plans for one of them alone gives its probes the same names.
  const here = Object.keys(topology.vantages).find((node) => isLocal(topology.vantages[node]));
  return {
    catalog: { product, version, title, url },
    sections: [...sections.map(({ id, anchor, title: heading }) => ({ id, anchor, title: heading })), extraSection],
    ...merge(drafts, (node) => (isLocal(topology.vantages[node]) ? (here ?? node) : node)),
  };
}

/** The part of a plan that a filter lets through, with the probes that it needs. */
export function narrow(whole: Plan, filter: Filter): Plan {
  const flows = applyFilter(whole.flows, whole.sections, filter);
  if (flows.length === whole.flows.length) return whole;
  const needed = new Set(flows.map(({ probe }) => probe));
  return { ...whole, flows, probes: whole.probes.filter(({ id }) => needed.has(id)) };
}
