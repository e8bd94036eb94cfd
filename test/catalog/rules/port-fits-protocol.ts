import { forEachRequirement, portsOf, type Rule } from "../rule.ts";

/** ICMP has no ports; TCP and UDP are nothing without. */
export const portFitsProtocol: Rule = {
  name: "port-fits-protocol",
  why: "ICMP knows no ports, and a TCP or UDP probe cannot be sent without one.",
  check: (catalog) =>
    forEachRequirement(catalog, (requirement) => {
      const hasPort = portsOf(requirement).length > 0;
      if (requirement.protocol === "icmp") return hasPort ? "icmp has no port" : undefined;
      return hasPort ? undefined : `${requirement.protocol} needs a port`;
    }),
};
