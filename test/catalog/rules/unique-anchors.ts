import { repeated, type Rule } from "../rule.ts";

/** An anchor is the key of a section that survives renumbering. */
export const uniqueAnchors: Rule = {
  name: "unique-anchors",
  why: "An anchor is the key of a section in every language and version; two sections cannot share it.",
  check: ({ sections }) =>
    repeated(sections.map(({ anchor }) => anchor)).map((anchor) => `${anchor}: the anchor occurs twice`),
};
