import { printable } from "./printable.ts";

const packetBytes = 48;
const clientVersion4 = 0x23; // leap 0, version 4, mode 3 (client)
const serverMode = 4;
const leapUnsynchronised = 3;

/** What a time server said about itself. `kiss` is there in a kiss-o'-death packet, e.g. `RATE` or `DENY`. */
export interface NtpReply {
  /** The request's transmit timestamp, sent back: 8 bytes. */
  origin: Uint8Array;
  stratum: number;
  synchronised: boolean;
  kiss?: string;
}

/**
 * A client request (RFC 5905 §7.3). The transmit timestamp means nothing to the server, which sends it back unchanged,
 * so it carries `nonce`: 8 random bytes, which also keep this machine's clock to itself.
 */
export function encodeNtpRequest(nonce: Uint8Array): Uint8Array {
  if (nonce.length !== 8) throw new RangeError(`An NTP timestamp has 8 bytes, not ${nonce.length}`);
  const packet = new Uint8Array(packetBytes);
  packet[0] = clientVersion4;
  packet.set(nonce, 40);
  return packet;
}

/** Reads a server's reply; `undefined` for everything that is not one: too short, or not of mode 4. */
export function decodeNtpReply(bytes: Uint8Array): NtpReply | undefined {
  const [flags, stratum] = bytes;
  if (bytes.length < packetBytes || flags === undefined || stratum === undefined) return undefined;
  const version = (flags >> 3) & 7;
  if ((flags & 7) !== serverMode || version < 1 || version > 4) return undefined;
  return {
    origin: bytes.slice(24, 32),
    stratum,
    synchronised: flags >> 6 !== leapUnsynchronised && stratum >= 1 && stratum <= 15,
    ...(stratum === 0 ? { kiss: printable(bytes.slice(12, 16), 4) } : {}),
  };
}

/** The reply in a few words: `stratum 2`, `stratum 16, not synchronised`, `kiss RATE`. */
export function summariseNtpReply({ stratum, synchronised, kiss }: NtpReply): string {
  if (kiss !== undefined) return `kiss ${kiss}`;
  return synchronised ? `stratum ${stratum}` : `stratum ${stratum}, not synchronised`;
}
