import dnsPacket from "dns-packet";

/** What a DNS message said. `rcode` is its mnemonic, e.g. `NXDOMAIN` (RFC 1035 §4.1.1, RFC 6895 §2.3). */
export interface DnsReply {
  id: number;
  rcode: string;
  truncated: boolean;
}

/**
 * A recursive query for the address of `localhost.`. Every name server may answer it by itself (RFC 6761 §6.3), so the
 * query reaches nobody else and gets its answer even where the server cannot ask any further. `id` is 16 bits wide.
 */
export function encodeDnsQuery(id: number): Uint8Array {
  return dnsPacket.encode({
    type: "query",
    id,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type: "A", name: "localhost" }],
  });
}

/** Reads a DNS response; `undefined` for everything else: queries, other protocols, cut messages. */
export function decodeDnsReply(bytes: Uint8Array): DnsReply | undefined {
  if (bytes.length < 12) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const packet = dnsPacket.decode(buffer) as dnsPacket.DecodedPacket & { rcode?: string };
    if (packet.type !== "response" || packet.id === undefined || packet.rcode === undefined) return undefined;
    return { id: packet.id, rcode: packet.rcode, truncated: packet.flag_tc };
  } catch {
    return undefined; // dns-packet throws for whatever is not a DNS message
  }
}
