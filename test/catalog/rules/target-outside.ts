import type { Role } from "../../../src/model/topology/names.ts";
import { forEachRequirement, type Rule } from "../rule.ts";

/** Roles that no topology describes, so the catalog names the address. */
const outside: ReadonlySet<Role> = new Set<Role>(["license-server", "container-registry"]);

/** A fixed target stands exactly where the topology has no address to offer. */
export const targetOutside: Rule = {
  name: "target-outside",
  why: "The license server and the registry are no nodes of the topology; for every other role it has the address.",
  check: (catalog) =>
    forEachRequirement(catalog, ({ to, target }) => {
      const isOutside = outside.has(to);
      if (isOutside === (target !== undefined)) return undefined;
      return isOutside ? `${to} needs a target` : `${to} is in the topology and has no fixed target`;
    }),
};
