import { decodeIpHeader } from "./ip-header.ts";

/** The first answer to a SYN: who sent it, to which of our ports, and how far its packet came. */
export interface SynAnswer {
  kind: "syn-ack" | "reset";
  source: string;
  sourcePort: number;
  destinationPort: number;
  /** Time to live that was left when the segment arrived. */
  ttl: number;
}

/** Bits of the flags of a TCP header (RFC 9293 §3.1). */
const flag = { syn: 0x02, reset: 0x04, ack: 0x10 } as const;
const protocolTcp = 6;

/**
 * Reads an IPv4 packet that holds a TCP segment. `undefined` for segments that are neither a reset nor a SYN-ACK, which
 * is told first because most segments of a busy machine are neither, and for what is cut short.
 */
export function decodeSynAnswer(bytes: Uint8Array): SynAnswer | undefined {
  const at = ((bytes[0] ?? 0) & 15) * 4;
  const flags = bytes[at + 13] ?? 0;
  const isReset = (flags & flag.reset) !== 0;
  if (!isReset && (flags & (flag.syn | flag.ack)) !== (flag.syn | flag.ack)) return undefined;
  const header = bytes[9] === protocolTcp ? decodeIpHeader(4, bytes) : undefined;
  if (header === undefined || bytes.length < header.start + 20) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    kind: isReset ? "reset" : "syn-ack",
    source: header.source,
    sourcePort: view.getUint16(header.start),
    destinationPort: view.getUint16(header.start + 2),
    ttl: header.ttl,
  };
}
