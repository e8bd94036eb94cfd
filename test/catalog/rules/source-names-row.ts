import { forEachRequirement, type Rule } from "../rule.ts";

/** A source begins with the document, its version, the section and the row. */
export const sourceNamesRow: Rule = {
  name: "source-names-row",
  why: "Whoever doubts a row must find it: the source names version, section and row, then what else was read.",
  check: (catalog) =>
    forEachRequirement(catalog, ({ source }, { id }) => {
      const place = `${catalog.version}, section ${id}, row `;
      return source.includes(place) ? undefined : `the source does not say "${place}…"`;
    }),
};
