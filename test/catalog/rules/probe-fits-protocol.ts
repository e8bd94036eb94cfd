import { forEachRequirement, type Rule } from "../rule.ts";

const transports = { tcp: "tcp", udp: "udp", snmp: "udp", icmp: "icmp" } as const;

/** The probe speaks the protocol of the row; SNMP rides on UDP. */
export const probeFitsProtocol: Rule = {
  name: "probe-fits-protocol",
  why: "A probe of another protocol proves nothing about the row, and SNMP is asked over UDP only.",
  check: (catalog) =>
    forEachRequirement(catalog, ({ protocol, probe }) =>
      transports[probe.kind] === protocol ? undefined : `a probe of kind ${probe.kind} does not fit ${protocol}`,
    ),
};
