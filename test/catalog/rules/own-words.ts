import { forEachRequirement, type Rule } from "../rule.ts";

/** So many words in a row as the document has them count as copied. */
const runLength = 6;

/** Words in lower case without punctuation, so that line breaks and commas do not hide a copy. */
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The purpose of a row is one sentence in our own words. */
export const ownWords: Rule = {
  name: "own-words",
  why: "The document belongs to its vendor: we quote designations, but say in our own words what a port is for.",
  check: (catalog, { pages }) => {
    const printed = pages.map((page) => ` ${wordsOf(page).join(" ")} `);
    return forEachRequirement(catalog, ({ purpose }) => {
      if (!/^[A-Z].*\.$/.test(purpose) || purpose.includes(". ")) return "the purpose is not one sentence";
      const words = wordsOf(purpose);
      const runs = words.map((_, start) => words.slice(start, start + runLength));
      const copied = runs.find(
        (run) => run.length === runLength && printed.some((page) => page.includes(` ${run.join(" ")} `)),
      );
      return copied === undefined ? undefined : `the purpose copies "${copied.join(" ")}" from the document`;
    });
  },
};
