import { compareNumbers, type Rule } from "../rule.ts";

/** Sections are in the order of the document, each once. */
export const ascendingSections: Rule = {
  name: "ascending-sections",
  why: "Reports print sections in the order of the file, and readers compare them with the document.",
  check: ({ sections }) =>
    sections.flatMap(({ id }, index) => {
      const before = sections[index - 1];
      return before === undefined || compareNumbers(before.id, id) < 0
        ? []
        : [`${id}: stands after section ${before.id}`];
    }),
};
