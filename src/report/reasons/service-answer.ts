import type { ServiceEvidence } from "../../model/service-evidence.ts";
import { type Facts, target } from "../text/wording.ts";

/** The beginning of a sentence about what a service said: `web01 connected to cmk (10.0.0.5:8000/tcp)`. */
export const connected = (facts: Facts): string => `${facts.from} connected to ${target(facts)}`;

/** What a service said, for the end of a sentence: `: agent controller with TLS, certificate by "Site 'main' local CA"`. */
export function answerOf({ evidence: { service } }: Facts): string {
  if (service === undefined) return "";
  const parts = [service.saw, certificateOf(service)].filter((part) => part !== undefined && part !== "");
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}

/** The same of a service over UDP as well: `: SNMP 2c, Linux sw01 6.1`. */
export function said(facts: Facts): string {
  const { snmp, replySummary, service } = facts.evidence;
  if (service !== undefined) return answerOf(facts);
  const words =
    snmp === undefined ? replySummary : [`SNMP ${snmp.version}`, snmp.sysDescr].filter((part) => part).join(", ");
  return words === undefined || words === "" ? "" : `: ${words}`;
}

function certificateOf({ certificate }: ServiceEvidence): string | undefined {
  return certificate === undefined ? undefined : `certificate of "${certificate.subject}" by "${certificate.issuer}"`;
}
