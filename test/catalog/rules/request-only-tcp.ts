import { forEachRequirement, type Rule } from "../rule.ts";

/** Only the TCP probe sends a request. */
export const requestOnlyTcp: Rule = {
  name: "request-only-tcp",
  why: "Only the TCP probe sends a request; elsewhere it would be ignored in silence.",
  check: (catalog) =>
    forEachRequirement(catalog, ({ probe }) =>
      probe.request === undefined || probe.kind === "tcp"
        ? undefined
        : `a probe of kind ${probe.kind} sends no request`,
    ),
};
