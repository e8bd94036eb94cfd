import type { PortScope, Role } from "../../../src/model/topology/names.ts";
import { forEachRequirement, portsOf, type Rule } from "../rule.ts";

/** Where a topology may set the port of a listener, by its role. Outgoing services carry their port with the address. */
const scopes: Readonly<Record<Role, readonly PortScope[]>> = {
  "site-server": ["site", "server"],
  central: ["site", "server"],
  "remote-site": ["site", "server"],
  "checkmk-server": ["site", "server"],
  host: ["host"],
  "cluster-node": ["cluster"],
  relay: [],
  "dns-server": [],
  "ntp-server": [],
  "mail-server": [],
  "directory-server": [],
  "license-server": [],
  "container-registry": [],
};

/** Ports that each site of a server has for itself. */
const perSite: ReadonlySet<number> = new Set([4317, 4318, 5000, 5672, 6557, 8000, 14_317, 15_671, 25_672]);

/** Every standard port of a node in the topology can be changed there, in the place where it belongs. */
export const overrideFitsTarget: Rule = {
  name: "override-fits-target",
  why: "Any standard port can be changed on a node, so a topology must be able to say so, per site where sites differ.",
  check: (catalog) =>
    forEachRequirement(catalog, (requirement) => {
      const ports = portsOf(requirement);
      const allowed = ports.length === 0 ? [] : scopes[requirement.to];
      const scope = requirement.port_override?.scope;
      if (scope === undefined) return allowed.length === 0 ? undefined : "the port has no override";
      if (!allowed.includes(scope)) return `an override of scope ${scope} does not fit ${requirement.to}`;
      if (scope === "server" && ports.some((port) => perSite.has(port))) return `port ${ports.join()} is per site`;
      return undefined;
    }),
};
