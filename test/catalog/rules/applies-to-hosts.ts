import { forEachRequirement, type Rule } from "../rule.ts";

/** Conditions on hosts need a host at one end; the SNMP probe needs the host's credentials. */
export const appliesToHosts: Rule = {
  name: "applies-to-hosts",
  why: "`applies` looks at a host, and the SNMP probe takes the host's credentials; without a host nothing is planned.",
  check: (catalog) =>
    forEachRequirement(catalog, ({ from, to, applies, probe }) => {
      if (applies !== undefined && from !== "host" && to !== "host") return "has `applies`, but no end is a host";
      if (probe.kind !== "snmp") return undefined;
      return to === "host" && applies?.snmp === true ? undefined : "an snmp probe needs a host and `applies.snmp`";
    }),
};
