import { portNames } from "../../../src/model/topology/names.ts";
import { forEachRequirement, type Rule } from "../rule.ts";

/** The name of an override is a key that the topology accepts in that scope. */
export const knownOverride: Rule = {
  name: "known-override",
  why: "A topology cannot set a port under a name that its schema does not know.",
  check: (catalog) =>
    forEachRequirement(catalog, ({ port_override }) => {
      if (port_override === undefined) return undefined;
      const names: readonly string[] = portNames[port_override.scope];
      return names.includes(port_override.name)
        ? undefined
        : `the scope ${port_override.scope} has no port named "${port_override.name}"`;
    }),
};
