import type { Catalog, Requirement, Section } from "../../src/model/catalog.ts";

/** What a rule may look at besides the catalog itself. */
export interface Beside {
  /** Catalogs of the same product with a lower version, oldest first. */
  earlier: readonly Catalog[];
  /** Plain text of the document's renderings; empty where they are not at hand. */
  pages: readonly string[];
}

/** One thing that must hold for every catalog. `check` returns a message for each place where it does not hold. */
export interface Rule {
  /** The name of its file and of its failing example under `fixtures/`. */
  name: string;
  why: string;
  check: (catalog: Catalog, beside: Beside) => string[];
}

/** Runs `judge` on every requirement; its words come back with the place in front, as in `2.1/agent: words`. */
export function forEachRequirement(
  catalog: Catalog,
  judge: (requirement: Requirement, section: Section) => string | undefined,
): string[] {
  return catalog.sections.flatMap((section) =>
    section.requirements.flatMap((requirement) => {
      const words = judge(requirement, section);
      return words === undefined ? [] : [`${section.id}/${requirement.id}: ${words}`];
    }),
  );
}

/** The values that occur more than once, each named once, in the order of their second occurrence. */
export function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** The default ports of a requirement as a list; empty for ICMP. */
export function portsOf({ port }: Requirement): readonly number[] {
  if (port === undefined) return [];
  return Array.isArray(port) ? port : [port];
}

/** Compares versions and section ids number by number, so 2.10 comes after 2.9. */
export function compareNumbers(left: string, right: string): number {
  const a = left.split(".").map(Number);
  const b = right.split(".").map(Number);
  const place = a.findIndex((number, index) => number !== b[index]);
  if (place === -1) return a.length - b.length;
  return (a[place] ?? -1) - (b[place] ?? -1);
}
