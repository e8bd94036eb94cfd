import type { ServiceEvidence } from "../model/service-evidence.ts";
import { printable } from "../model/text/printable.ts";

const packetBytes = 48;
const clientVersion4 = 0x23; // leap 0, version 4, mode 3 (client)
const serverMode = 4;
const leapUnsynchronised = 3;
/** Seconds from the epoch of NTP (1900) to that of Unix (1970), RFC 5905 §6. */
const epochSeconds = 2_208_988_800;
/** Half of the 2^32 seconds of an era: what lies further ahead is read as lying behind. */
const halfEraMs = 2 ** 31 * 1_000;
const mostOffsetMs = 1_000;

/** What a time server said about itself. `kiss` is there in a kiss-o'-death packet, e.g. `RATE` or `DENY`. */
export interface NtpReply {
  /** The request's transmit timestamp, sent back: 8 bytes. */
  origin: Uint8Array;
  stratum: number;
  synchronised: boolean;
  kiss?: string;
  /** When the server got the request and when it sent the reply, by its own clock; milliseconds since 1900, mod 2^32 s. */
  receivedMs: number;
  /** 0 if the server gave no time: the reply is not to be believed (RFC 5905 §7.4, test 3). */
  transmittedMs: number;
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
    receivedMs: timestampMs(bytes, 32),
    transmittedMs: timestampMs(bytes, 40),
  };
}

/** 32 bits of seconds and 32 of their fraction, RFC 5905 §6. */
function timestampMs(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(at) * 1_000 + (view.getUint32(at + 4) / 2 ** 32) * 1_000;
}

/**
 * How far the server's clock is ahead of this machine's, in milliseconds, whole: ((T2 - T1) + (T3 - T4)) / 2 (RFC 5905
 * §8). `sentAt` and `receivedAt` are this machine's times, in milliseconds since 1970. Undefined if the server gave none.
 */
export function clockOffsetMs(reply: NtpReply, sentAt: number, receivedAt: number): number | undefined {
  if (reply.transmittedMs === 0) return undefined;
  const there = nearest(reply.receivedMs - sentAt - epochSeconds * 1_000);
  const back = nearest(reply.transmittedMs - receivedAt - epochSeconds * 1_000);
  return Math.round((there + back) / 2);
}

/** A difference of two times of which one says nothing about its era: the one next to zero is meant. */
function nearest(differenceMs: number): number {
  const eraMs = 2 * halfEraMs;
  return ((((differenceMs + halfEraMs) % eraMs) + eraMs) % eraMs) - halfEraMs;
}

/**
 * What a reply that carried our nonce proves of the time server behind it. More than a second between the clocks is
 * worth a word (docs/notes/outgoing.md), but only what is left of it when half of the way there and back is taken off:
 * by so much the offset may be wrong (RFC 5905 §8). A server that is not synchronised, or sends a kiss code, tells no
 * time at all.
 */
export function readTimeServer(reply: NtpReply, sentAt: number, receivedAt: number): ServiceEvidence {
  const offset = clockOffsetMs(reply, sentAt, receivedAt);
  const saw = summariseNtpReply(reply);
  if (!reply.synchronised) return { name: "ntp", finding: "not-ready", saw };
  if (offset === undefined) return { name: "ntp", finding: "other-answer", saw: `${saw}, but no time` };
  const doubtMs = Math.max(0, receivedAt - sentAt) / 2;
  const finding = Math.abs(offset) - doubtMs > mostOffsetMs ? "clock-differs" : "verified";
  return { name: "ntp", finding, saw, clockOffsetMs: offset };
}

/** The reply in a few words: `stratum 2`, `stratum 16, not synchronised`, `kiss RATE`. */
export function summariseNtpReply({ stratum, synchronised, kiss }: NtpReply): string {
  if (kiss !== undefined) return `kiss ${kiss}`;
  return synchronised ? `stratum ${stratum}` : `stratum ${stratum}, not synchronised`;
}
