import type { PlannedProbeSpec } from "../model/flow.ts";
import type { Topology } from "../model/topology/topology.ts";

/** A section of the catalog, as a topology may name it. */
interface SectionName {
  id: string;
  anchor: string;
}

/**
 * True if a probe asks nothing that a healthy service would answer. Questions to DNS, NTP and SNMP are answered, so
 * silence there is a finding whatever a topology says.
 */
export const isUnverifiable = (spec: PlannedProbeSpec): boolean => spec.kind === "udp" && spec.payload === "empty";

/** True for a word under `accept: { unverifiable: [...] }` that means this requirement or its section. */
export const meansRequirement = (term: string, { id, anchor }: SectionName, requirement: string): boolean =>
  term === requirement || term === id || term === anchor;

/** True if the topology accepts silence for a requirement of a section, where it is `isUnverifiable`. */
export function acceptsSilence(
  { accept }: Pick<Topology, "accept">,
  section: SectionName,
  requirement: string,
): boolean {
  if (accept === undefined) return false;
  return accept === "unverifiable" || accept.unverifiable.some((term) => meansRequirement(term, section, requirement));
}
