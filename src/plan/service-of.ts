import { serviceRecord, type ServiceSpec, type TcpServiceName } from "../model/service.ts";
import type { Edge } from "./edge.ts";

/** Whose answer is expected at one end of an edge: the catalog's service, sharpened by what the topology knows. */
export function serviceOf(
  name: TcpServiceName,
  port: number,
  { site, usesTls, host }: Pick<Edge, "site" | "usesTls" | "host">,
): ServiceSpec {
  if (name === "ldap" && (usesTls ?? serviceRecord("ldaps").ports.includes(port))) return { name: "ldaps" };
  if (name === "checkmk-agent" && host?.agent === "legacy") return { name, plaintext: "expected" };
  return { name, ...(site !== undefined && serviceRecord(name).namesSite === true ? { site } : {}) };
}
