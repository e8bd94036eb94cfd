import type { Catalog } from "../../../src/model/catalog.ts";
import type { Rule } from "../rule.ts";

/** Keys of all rows that do not change when chapters are renumbered. */
const keysOf = ({ sections }: Catalog): string[] =>
  sections.flatMap(({ anchor, requirements }) => requirements.map(({ id }) => `${anchor}/${id}`));

/** What an earlier version calls by an id keeps that id. */
export const idsKept: Rule = {
  name: "ids-kept",
  why: "Runs are compared across an upgrade by requirement id; a row that lives on must not change its name.",
  check: (catalog, { earlier }) => {
    const keys = new Set(keysOf(catalog));
    const before = earlier.at(-1);
    if (before === undefined) return [];
    return keysOf(before)
      .filter((key) => !keys.has(key))
      .map((key) => `${key}: version ${before.version} has this row`);
  },
};
