import type { Flow } from "../model/flow.ts";

/** Which flows of a plan are wanted. Terms of one kind are alternatives; different kinds narrow each other down. */
export interface Filter {
  /** Section ids or anchors. */
  sections: readonly string[];
  /** Node names, ports (`8000`, `8000/tcp`), transports (`icmp`) or requirement ids. */
  only: readonly string[];
  /** Only flows that start at this node. */
  from?: string;
}

/** What the terms look at. */
type Selectable = Pick<Flow, "section" | "requirement" | "from" | "to" | "protocol"> & { port?: number | undefined };

type Kind = "node" | "port" | "requirement";

const matchers: Record<Kind, (flow: Selectable, term: string) => boolean> = {
  node: (flow, term) => flow.from === term || flow.to === term,
  port: (flow, term) =>
    (flow.port !== undefined && term === String(flow.port)) ||
    term === `${flow.port}/${flow.protocol}` ||
    (term === "icmp" && flow.protocol === term),
  requirement: (flow, term) => flow.requirement === term,
};
const kinds = Object.keys(matchers) as Kind[];

/** Terms of a filter that match nothing in the whole plan, in order; a typo must not look like an empty network. */
export function unmatchedTerms(
  flows: readonly Flow[],
  sections: readonly { id: string; anchor: string }[],
  filter: Filter,
): { option: "--section" | "--only" | "--from"; term: string }[] {
  const knownSections = new Set(sections.flatMap(({ id, anchor }) => [id, anchor]));
  return [
    ...filter.sections
      .filter((term) => !knownSections.has(term))
      .map((term) => ({ option: "--section" as const, term })),
    ...filter.only
      .filter((term) => kindOf(flows, term) === undefined)
      .map((term) => ({ option: "--only" as const, term })),
  ];
}

/** A word may be the name of a node and of a requirement: it stands for both. */
const matches = (flow: Selectable, term: string): boolean => kinds.some((kind) => matchers[kind](flow, term));

/** The kind that a term counts as when terms narrow each other down: the first that it is in this plan. */
function kindOf(flows: readonly Selectable[], term: string): Kind | undefined {
  return kinds.find((kind) => flows.some((flow) => matchers[kind](flow, term)));
}

/** The flows, or the results of flows, that a filter lets through, in their order. */
export function applyFilter<One extends Selectable>(
  flows: readonly One[],
  sections: readonly { id: string; anchor: string }[],
  filter: Filter,
): One[] {
  const anchors = new Map(sections.map(({ id, anchor }) => [id, anchor]));
  const terms = new Map<Kind, string[]>();
  for (const term of filter.only) {
    const kind = kindOf(flows, term);
    if (kind !== undefined) terms.set(kind, [...(terms.get(kind) ?? []), term]);
  }
  const wanted = [...terms.values()];
  return flows.filter(
    (flow) =>
      (filter.from === undefined || flow.from === filter.from) &&
      (filter.sections.length === 0 ||
        filter.sections.some((term) => term === flow.section || term === anchors.get(flow.section))) &&
      wanted.every((alternatives) => alternatives.some((term) => matches(flow, term))),
  );
}
