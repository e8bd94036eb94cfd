import { endOfHeader4 } from "./ip-header.ts";

/** An echo request or reply of ICMP (RFC 792) or ICMPv6 (RFC 4443 §4). `id` and `sequence` are 16 bits wide. */
export interface Echo {
  id: number;
  sequence: number;
  payload: Uint8Array;
}

/** The echo request that an ICMP error quotes, its payload as far as it is quoted; `target` is its destination, 4 or 16 bytes. */
export interface QuotedEcho extends Echo {
  target: Uint8Array;
}

/** A message that concerns an echo request: its answer, or the error that came instead. */
export type IcmpMessage =
  | ({ kind: "request" | "reply"; ttl?: number } & Echo)
  | { kind: "error"; type: number; code: number; prohibited: boolean; quoted: QuotedEcho };

const types = {
  4: { request: 8, reply: 0, unreachable: 3, timeExceeded: 11, prohibited: [9, 10, 13] },
  6: { request: 128, reply: 129, unreachable: 1, timeExceeded: 3, prohibited: [1, 5, 6] },
} as const;

/** RFC 1071: the ones' complement sum of 16-bit words; 0 over a message whose checksum field is right. */
export function internetChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2) {
    sum += ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/**
 * Echo request or reply as it is handed to a raw socket: without IP header. The checksum of ICMPv6 covers addresses
 * that only the kernel knows, and the kernel always fills it in (RFC 3542 §3.1), so it stays 0 here.
 */
export function encodeEcho(family: 4 | 6, kind: "request" | "reply", { id, sequence, payload }: Echo): Uint8Array {
  const bytes = new Uint8Array(8 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, types[family][kind]);
  view.setUint16(4, id);
  view.setUint16(6, sequence);
  bytes.set(payload, 8);
  if (family === 4) view.setUint16(2, internetChecksum(bytes));
  return bytes;
}

/** The echo request in the quotation of an ICMP error; errors about anything else give `undefined`. */
function decodeQuoted(family: 4 | 6, bytes: Uint8Array): QuotedEcho | undefined {
  const start = family === 4 ? endOfHeader4(bytes) : 40;
  if (start === undefined || bytes.length < start + 8) return undefined;
  const isIcmp = family === 4 ? bytes[9] === 1 : (bytes[0] ?? 0) >> 4 === 6 && bytes[6] === 58;
  if (!isIcmp || bytes[start] !== types[family].request) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    id: view.getUint16(start + 4),
    sequence: view.getUint16(start + 6),
    payload: bytes.slice(start + 8),
    target: family === 4 ? bytes.slice(16, 20) : bytes.slice(24, 40),
  };
}

/**
 * Reads what a raw socket received: for IPv4 with the IP header in front, for IPv6 without. `undefined` for messages
 * that do not concern an echo request, that are cut short, or (IPv4) whose checksum is wrong; the kernel has already
 * checked that of IPv6.
 */
export function decodeIcmp(family: 4 | 6, bytes: Uint8Array): IcmpMessage | undefined {
  const start = family === 4 ? endOfHeader4(bytes) : 0;
  if (start === undefined || bytes.length < start + 8) return undefined;
  const body = bytes.subarray(start);
  if (family === 4 && internetChecksum(body) !== 0) return undefined;
  const [type = 0, code = 0] = body;
  const known = types[family];
  if (type === known.unreachable || type === known.timeExceeded) {
    const quoted = decodeQuoted(family, body.subarray(8));
    if (quoted === undefined) return undefined;
    const prohibited = type === known.unreachable && known.prohibited.some((listed) => listed === code);
    return { kind: "error", type, code, prohibited, quoted };
  }
  if (type !== known.reply && type !== known.request) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return {
    kind: type === known.reply ? "reply" : "request",
    id: view.getUint16(4),
    sequence: view.getUint16(6),
    payload: body.slice(8),
    ...(family === 4 ? { ttl: bytes[8] ?? 0 } : {}),
  };
}
