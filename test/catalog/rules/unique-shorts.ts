import { repeated, type Rule } from "../rule.ts";

/** `short` heads a column of the matrix of its section. */
export const uniqueShorts: Rule = {
  name: "unique-shorts",
  why: "`short` heads a column of the matrix; two equal headings in one section cannot be told apart.",
  check: ({ sections }) =>
    sections.flatMap(({ id, requirements }) =>
      repeated(requirements.map(({ short }) => short)).map((short) => `${id}: the short name "${short}" occurs twice`),
    ),
};
