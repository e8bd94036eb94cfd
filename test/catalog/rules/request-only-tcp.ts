import { forEachRequirement, type Rule } from "../rule.ts";

/** Only the TCP probe sends a request or asks a service, and never both. */
export const requestOnlyTcp: Rule = {
  name: "request-only-tcp",
  why: "Only the TCP probe sends a request or asks a service; elsewhere it would be ignored in silence.",
  check: (catalog) =>
    forEachRequirement(catalog, ({ probe: { kind, request, service } }) => {
      if (kind !== "tcp" && request !== undefined) return `a probe of kind ${kind} sends no request`;
      if (kind !== "tcp" && service !== undefined) return `a probe of kind ${kind} asks no service`;
      return request !== undefined && service !== undefined ? "name a request or a service, not both" : undefined;
    }),
};
