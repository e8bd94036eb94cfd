import { readIpLiteral } from "../address/ip-literal.ts";

/** Why the agent controller turns a server down before it sends anything. */
export type ServerFault = "underscore" | "final-dot" | "hyphen" | "too-long" | "zone" | "no-name";

const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

/**
 * What the agent controller has against a server behind `--server`, without port and brackets; undefined if it takes it:
 * docs/notes/receiver-registration.md#server-names. Names that it refuses may well be in DNS.
 */
export function serverFault(server: string): ServerFault | undefined {
  const literal = readIpLiteral(server);
  if (literal !== undefined) return literal.zone === undefined ? undefined : "zone";
  const labels = server.split(".");
  if (server.includes("_")) return "underscore";
  if (server.length > 253 || labels.some((one) => one.length > 63)) return "too-long";
  if (labels.length > 1 && labels.at(-1) === "") return "final-dot";
  if (labels.some((one) => one.startsWith("-") || one.endsWith("-"))) return "hyphen";
  return labels.every((one) => label.test(one)) ? undefined : "no-name";
}
