import { serviceRecord, type ServiceSpec, type TcpServiceName } from "../model/service.ts";
import type { Edge } from "./edge.ts";

/** Whose answer is expected at one end of an edge: the catalog's service, sharpened by what the topology knows. */
export function serviceOf(
  name: TcpServiceName,
  port: number,
  { site, anySite, usesTls, host, through }: Pick<Edge, "site" | "anySite" | "usesTls" | "host" | "through">,
): ServiceSpec {
  if (through !== undefined) return { name: "http-proxy", through };
  if (name === "ldap" && (usesTls ?? serviceRecord("ldaps").ports.includes(port))) return { name: "ldaps" };
  if (name === "checkmk-agent" && host?.agent === "legacy") return { name, plaintext: "expected" };
  // Web servers are the server's, not a site's, but one that is Checkmk's has the pages of its sites.
  const ofSite = name === "http" || name === "https" ? (site ?? anySite) : undefined;
  if (ofSite !== undefined) return { name, site: ofSite };
  return { name, ...(site !== undefined && serviceRecord(name).namesSite === true ? { site } : {}) };
}
