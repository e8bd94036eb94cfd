import ipaddr from "ipaddr.js";

/**
 * Tells whether an address or a name means the sender itself: 127.0.0.0/8 (RFC 1122 section 3.2.1.3), ::1 (RFC 4291
 * section 2.5.3), the same mapped into IPv6, and `localhost` with what is below it (RFC 6761 section 6.3).
 */
export function isLoopback(target: string): boolean {
  const quad = /^([1-9]\d{0,2})(?:\.\d{1,3}){3}$/.exec(target); // as nearly all are written; the rest takes long
  if (quad !== null) return quad[1] === "127";
  if (!ipaddr.isValid(target)) return target === "localhost" || target.endsWith(".localhost");
  return ipaddr.process(target).range() === "loopback";
}
