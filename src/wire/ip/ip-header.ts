import ipaddr from "ipaddr.js";

/** Protocol numbers of IPv4 and IPv6 (IANA, "Assigned Internet Protocol Numbers") that a probe is sent with. */
const transports: Readonly<Record<number, "tcp" | "udp">> = { 6: "tcp", 17: "udp" };

/** Extension headers of IPv6 in front of the transport (RFC 8200 §4; RFC 4302 §2.2 for 51). */
const extension = { hopByHop: 0, routing: 43, fragment: 44, authentication: 51, options: 60 } as const;

/** What is in an IP header about a TCP segment or UDP datagram, and where its own header begins. */
export interface IpHeader {
  transport: "tcp" | "udp";
  /** Literals in canonical form (RFC 5952 for IPv6). */
  source: string;
  destination: string;
  /** Time to live, or hop limit, as it came in: 0 to 255. */
  ttl: number;
  /** First byte behind the IP header and its extensions. */
  start: number;
}

/** Start of the payload behind an IPv4 header (RFC 791 §3.1), or `undefined` if there is no whole one. */
export function endOfHeader4(bytes: Uint8Array): number | undefined {
  const first = bytes[0] ?? 0;
  const length = (first & 15) * 4;
  return first >> 4 === 4 && length >= 20 && bytes.length >= length ? length : undefined;
}

/**
 * Reads the IP header in front of a TCP or UDP header. `undefined` for other protocols, for headers that are cut short,
 * and for later fragments, in which no port stands.
 */
export function decodeIpHeader(family: 4 | 6, bytes: Uint8Array): IpHeader | undefined {
  return family === 4 ? decode4(bytes) : decode6(bytes);
}

function decode4(bytes: Uint8Array): IpHeader | undefined {
  const start = endOfHeader4(bytes);
  const transport = transports[bytes[9] ?? 0];
  if (start === undefined || transport === undefined || !isFirstFragment(bytes, 6, 0x1f, 0xff)) return undefined;
  return { transport, source: text4(bytes, 12), destination: text4(bytes, 16), ttl: bytes[8] ?? 0, start };
}

function decode6(bytes: Uint8Array): IpHeader | undefined {
  if ((bytes[0] ?? 0) >> 4 !== 6) return undefined;
  let next = bytes[6] ?? 0;
  let start = 40;
  for (;;) {
    if (bytes.length < start) return undefined;
    const transport = transports[next];
    if (transport !== undefined) {
      return { transport, source: text6(bytes, 8), destination: text6(bytes, 24), ttl: bytes[7] ?? 0, start };
    }
    const length = lengthOfExtension(next, bytes, start);
    if (length === undefined || bytes.length < start + 8) return undefined;
    next = bytes[start] ?? 0;
    start += length;
  }
}

/** Always 8 or more, so that a chain of headers ends with its bytes. */
function lengthOfExtension(kind: number, bytes: Uint8Array, start: number): number | undefined {
  const units = bytes[start + 1] ?? 0;
  switch (kind) {
    case extension.hopByHop:
    case extension.routing:
    case extension.options:
      return (units + 1) * 8;
    case extension.authentication:
      return Math.max(8, (units + 2) * 4);
    case extension.fragment:
      return isFirstFragment(bytes, start + 2, 0xff, 0xf8) ? 8 : undefined;
    default:
      return undefined;
  }
}

/** True if the bits of the fragment offset are 0; the masks say which bits of the two bytes they are. */
const isFirstFragment = (bytes: Uint8Array, at: number, high: number, low: number): boolean =>
  ((bytes[at] ?? 0) & high) === 0 && ((bytes[at + 1] ?? 0) & low) === 0;

const text4 = (bytes: Uint8Array, at: number): string =>
  `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;

const text6 = (bytes: Uint8Array, at: number): string =>
  new ipaddr.IPv6([...bytes.subarray(at, at + 16)]).toRFC5952String();
