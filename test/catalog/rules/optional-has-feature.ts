import { forEachRequirement, type Rule } from "../rule.ts";

/** Rows printed as optional hang on a feature; rows that hang on a feature are printed as optional or say why not. */
export const optionalHasFeature: Rule = {
  name: "optional-has-feature",
  why: "What the document calls optional is planned only where a feature names it, and nothing else is left out.",
  check: (catalog) =>
    forEachRequirement(catalog, ({ document, enabled_by, notes }) => {
      if (document === undefined) return undefined;
      const isOptional = [document.en, document.de].some((row) => row?.optional === true);
      if (isOptional && enabled_by === undefined) return "printed as optional, but no feature enables it";
      if (isOptional || enabled_by === undefined) return undefined;
      return notes.some((note) => note.startsWith("Optional because "))
        ? undefined
        : 'a feature enables it, but it is not printed as optional and no note begins with "Optional because"';
    }),
};
