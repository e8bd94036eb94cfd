import { readIpLiteral } from "../model/address/ip-literal.ts";

/** Names that mean the machine itself wherever they are asked (RFC 6761 section 6.3). */
const isLocalhost = (name: string): boolean => /^(?:.*\.)?localhost\.?$/i.test(name);

/**
 * Why an address that a name was resolved to must not be asked: it is the very machine that asks, or no host at all. A
 * line in a hosts file, a search domain or a name server that blocks names leads there, and what then answers on this
 * machine would be taken for the target. `undefined` for an address that may be asked.
 */
export function whyHome(name: string, address: string, isOwnAddress: (address: string) => boolean): string | undefined {
  if (isLocalhost(name)) return undefined;
  const kind = readIpLiteral(address)?.kind;
  const isHere = kind === "loopback" || kind === "unspecified" || isOwnAddress(address);
  if (!isHere && kind !== "multicast") return undefined;
  const what = isHere ? "which is this machine itself" : "which is no host but a multicast or broadcast address";
  return `${name} resolves to ${address} here, ${what}; nothing was sent`;
}
