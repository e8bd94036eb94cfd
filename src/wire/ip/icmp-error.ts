import { internetChecksum } from "./icmp.ts";
import { decodeIpHeader, endOfHeader4 } from "./ip-header.ts";

/** The packet that an ICMP error is about, as far as the quotation shows it. */
export interface QuotedPacket {
  transport: "tcp" | "udp";
  sourcePort: number;
  /** Literal in canonical form. */
  destination: string;
  destinationPort: number;
  /** What a UDP datagram carried, as far as it is quoted; at most as long as its header says. */
  payload: Uint8Array;
}

const nothing = new Uint8Array(0);

/** An ICMP error about a TCP segment or a UDP datagram. */
export interface IcmpError {
  type: number;
  code: number;
  quoted: QuotedPacket;
}

/**
 * Types of messages that say that a packet did not arrive: unreachable, time exceeded, parameter problem (RFC 792;
 * RFC 4443 §3). "Packet too big" (type 2 of ICMPv6) is none of them: the sender sends smaller packets and goes on.
 */
const errorTypes: Readonly<Record<4 | 6, readonly number[]>> = { 4: [3, 11, 12], 6: [1, 3, 4] };

/**
 * Reads an ICMP error that a raw socket received: for IPv4 with the IP header in front, for IPv6 without. An error
 * quotes the IP header and at least eight bytes behind it (RFC 792), so the ports of TCP and UDP are always among them.
 * `undefined` for everything else, for what is cut short, and (IPv4) for a wrong checksum; the kernel has already checked
 * that of IPv6.
 */
export function decodeIcmpError(family: 4 | 6, bytes: Uint8Array): IcmpError | undefined {
  const start = family === 4 ? endOfHeader4(bytes) : 0;
  if (start === undefined || bytes.length < start + 8) return undefined;
  const body = bytes.subarray(start);
  const [type = 0, code = 0] = body;
  if (!errorTypes[family].includes(type)) return undefined;
  if (family === 4 && internetChecksum(body) !== 0) return undefined;
  const quote = body.subarray(8);
  const header = decodeIpHeader(family, quote);
  if (header === undefined || quote.length < header.start + 8) return undefined;
  const { transport, destination, start: ports } = header;
  const view = new DataView(quote.buffer, quote.byteOffset, quote.byteLength);
  const quoted = {
    transport,
    sourcePort: view.getUint16(ports),
    destination,
    destinationPort: view.getUint16(ports + 2),
    // Behind the datagram may stand padding and extensions (RFC 4884 §5.1).
    payload: transport === "udp" ? quote.subarray(ports + 8, ports + view.getUint16(ports + 4)) : nothing,
  };
  return { type, code, quoted };
}
