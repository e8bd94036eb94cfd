import { addressBytes } from "../../src/wire/ip/address-bytes.ts";
import { internetChecksum } from "../../src/wire/ip/icmp.ts";

/** What a packet of a test says; everything else is 0. */
export interface Packet {
  protocol: number;
  source?: string;
  destination: string;
  ttl?: number;
  /** What follows the IP header. */
  payload: Uint8Array;
}

/** An IPv4 packet with a header of `words` 32-bit words (RFC 791 §3.1). */
export function ipv4({ protocol, source = "10.0.0.1", destination, ttl = 64, payload }: Packet, words = 5): Uint8Array {
  const bytes = new Uint8Array(words * 4 + payload.length);
  bytes[0] = 0x40 | words;
  bytes[8] = ttl;
  bytes[9] = protocol;
  bytes.set(addressBytes(source), 12);
  bytes.set(addressBytes(destination), 16);
  bytes.set(payload, words * 4);
  return bytes;
}

/** An IPv6 packet (RFC 8200 §3); `extensions` come before the payload, each as its kind and its bytes. */
export function ipv6(
  { protocol, source = "fd00::1", destination, ttl = 64, payload }: Packet,
  extensions: readonly (readonly [number, Uint8Array])[] = [],
): Uint8Array {
  const chain = extensions.flatMap(([, bytes], at) => [extensions[at + 1]?.[0] ?? protocol, ...bytes.subarray(1)]);
  const bytes = new Uint8Array(40 + chain.length + payload.length);
  bytes[0] = 0x60;
  bytes[6] = extensions[0]?.[0] ?? protocol;
  bytes[7] = ttl;
  bytes.set(addressBytes(source), 8);
  bytes.set(addressBytes(destination), 24);
  bytes.set(chain, 40);
  bytes.set(payload, 40 + chain.length);
  return bytes;
}

/** A TCP or UDP header as far as an ICMP error must quote it: eight bytes. */
export function ports(source: number, destination: number, length = 8): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, source);
  view.setUint16(2, destination);
  return bytes;
}

/** A TCP header without options. */
export function segment(source: number, destination: number, flags: number): Uint8Array {
  const bytes = ports(source, destination, 20);
  bytes[12] = 0x50;
  bytes[13] = flags;
  return bytes;
}

/** An ICMP message with a right checksum: type, code, four bytes unused, and a quotation. */
export function icmp(type: number, code: number, quoted: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + quoted.length);
  bytes[0] = type;
  bytes[1] = code;
  bytes.set(quoted, 8);
  new DataView(bytes.buffer).setUint16(2, internetChecksum(bytes));
  return bytes;
}

/** An ICMP error as a raw socket receives it, about a packet from `sourcePort` to `destination`, which `carried` that. */
export function errorAbout(
  family: 4 | 6,
  [type, code]: readonly [number, number],
  {
    protocol = 6,
    sourcePort,
    destination,
    port,
    carried = new Uint8Array(0),
  }: { protocol?: number; sourcePort: number; destination: string; port: number; carried?: Uint8Array },
): Uint8Array {
  const payload = ports(sourcePort, port, 8 + carried.length);
  if (carried.length > 0) {
    payload.set(carried, 8);
    new DataView(payload.buffer).setUint16(4, payload.length);
  }
  const quoted = { protocol, destination, payload };
  if (family === 6) return icmp(type, code, ipv6(quoted));
  return ipv4({ protocol: 1, destination: "10.0.0.1", payload: icmp(type, code, ipv4(quoted)) });
}
