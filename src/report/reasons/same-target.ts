import type { Facts } from "../text/wording.ts";

/** Finds what the same sender learned of the same address by other flows, in their order. */
export type OthersOf = (facts: Facts) => readonly Facts[];

/** Indexes a run by sender and address; the index is made by the first question, because few reasons ask. */
export function sameTargetIn(run: readonly Facts[]): OthersOf {
  let byPlace: Map<string, Facts[]> | undefined;
  return (facts) => {
    byPlace ??= indexOf(run);
    return (byPlace.get(placeOf(facts)) ?? []).filter(({ id }) => id !== facts.id);
  };
}

const placeOf = ({ from, address }: Facts): string => `${from} ${address}`;

function indexOf(run: readonly Facts[]): Map<string, Facts[]> {
  const byPlace = new Map<string, Facts[]>();
  for (const facts of run) {
    if (facts.vantage === undefined) continue; // nothing was sent
    const known = byPlace.get(placeOf(facts));
    if (known === undefined) byPlace.set(placeOf(facts), [facts]);
    else known.push(facts);
  }
  return byPlace;
}

const words = { open: "answered", prohibited: "was prohibited", refused: "was refused" } as const;

/**
 * What shows that something at an address, or in its name, answers: `tcp/22 answered`. What says most comes first: an
 * answer, a prohibition, a refusal. `undefined` where nothing else answered.
 */
export function lifeBeside(others: readonly Facts[], nameOf: (facts: Facts) => string): string | undefined {
  for (const kind of ["open", "prohibited", "refused"] as const) {
    const found = others.find(({ outcome }) => outcome === kind);
    if (found !== undefined) return `${nameOf(found)} ${words[kind]}`;
  }
  return undefined;
}
