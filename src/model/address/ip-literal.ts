import ipaddr from "ipaddr.js";

/** What an address is for, as far as it makes a difference to who may ask it; `host` for all others. */
export type AddressKind = "loopback" | "unspecified" | "multicast" | "link-local" | "host";

/** An IP literal in its canonical form. */
export interface IpLiteral {
  family: 4 | 6;
  /** With the zone, if there is one. */
  text: string;
  kind: AddressKind;
  /** The interface of the sending machine, by name or number: `eth0` of `fe80::5%eth0` (RFC 4007 section 11). */
  zone?: string;
}

const kinds: Readonly<Record<string, AddressKind>> = {
  loopback: "loopback",
  unspecified: "unspecified",
  multicast: "multicast",
  broadcast: "multicast",
  linkLocal: "link-local",
};

/**
 * Reads a complete IPv4 or IPv6 literal; `undefined` for anything else, short forms such as `10.1` included. An
 * IPv4-mapped IPv6 address (`::ffff:10.0.0.5`, RFC 4291 section 2.5.5.2) is the IPv4 address: packets to it are IPv4
 * packets, and no raw socket, `ping` or firewall knows it otherwise.
 */
export function readIpLiteral(text: string): IpLiteral | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return read4(ipaddr.IPv4.parse(text));
  const [bare = "", zone, ...more] = text.split("%");
  if (!bare.includes(":") || more.length > 0 || zone === "" || !ipaddr.IPv6.isValid(bare)) return undefined;
  const address = ipaddr.IPv6.parse(bare);
  if (address.isIPv4MappedAddress()) return zone === undefined ? read4(address.toIPv4Address()) : undefined;
  const plain = { family: 6, text: address.toRFC5952String(), kind: kinds[address.range()] ?? "host" } as const;
  return zone === undefined ? plain : { ...plain, text: `${plain.text}%${zone}`, zone };
}

function read4(address: ipaddr.IPv4): IpLiteral {
  // Of 169.254.0.0/16 each machine has one network at most: it needs no zone (RFC 3927).
  const text = address.toString();
  const range = address.range();
  const isPlain = range === "linkLocal" || (range === "unspecified" && text !== "0.0.0.0");
  return { family: 4, text, kind: isPlain ? "host" : (kinds[range] ?? "host") };
}

/** An address without its zone, which means something on one machine only. */
export const withoutZone = (address: string): string => address.replace(/%.*$/, "");

/** True for two spellings of one address that differ in the zone alone: a kernel answers `%eth0` to a question to `%2`. */
export function isSameButZone(one: string, other: string): boolean {
  if (one === other) return true;
  return (one.includes("%") || other.includes("%")) && withoutZone(one) === withoutZone(other);
}
