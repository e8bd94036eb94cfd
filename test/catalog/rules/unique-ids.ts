import { repeated, type Rule } from "../rule.ts";

/** Flow ids are made of section and requirement id; two rows with one id would be one flow. */
export const uniqueIds: Rule = {
  name: "unique-ids",
  why: "Flow ids are built from section and requirement id, so an id may occur once in a section.",
  check: ({ sections }) =>
    sections.flatMap(({ id, requirements }) =>
      repeated(requirements.map((requirement) => requirement.id)).map((one) => `${id}/${one}: the id occurs twice`),
    ),
};
