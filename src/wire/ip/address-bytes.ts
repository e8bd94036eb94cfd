import ipaddr from "ipaddr.js";

/** An IP literal as the bytes that are in a packet, 4 or 16. Throws `Error` for anything that is not one. */
export function addressBytes(literal: string): Uint8Array {
  return Uint8Array.from(ipaddr.parse(literal).toByteArray());
}
