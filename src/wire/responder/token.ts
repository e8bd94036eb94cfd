import ipaddr from "ipaddr.js";
import type { ResponderTransport } from "../../model/run/responder.ts";
import { addressBytes } from "../ip/address-bytes.ts";
import { toHex } from "../bytes.ts";

/** HMAC-SHA256 (RFC 2104); handed in, because this folder does no cryptography of its own. */
export type Hmac = (key: Uint8Array, bytes: Uint8Array) => Uint8Array;

/** What a request says in clear, and proves with its code. */
export interface TokenRequest {
  transport: ResponderTransport;
  /** Where it was sent to, as a literal without a zone. */
  address: string;
  port: number;
  /** 8 bytes, from the key of the run. */
  run: Uint8Array;
  /** 16 bytes that stand for a probe. */
  tag: Uint8Array;
  /** 16 random bytes, never used twice. */
  nonce: Uint8Array;
}

/** What an answer says: how the request looked where it arrived. */
export interface TokenAnswer {
  transport: ResponderTransport;
  from: string;
  fromPort: number;
  /** 0 if it is not known. */
  ttl: number;
  nonce: Uint8Array;
}

/*
 * Both are one line of text, so that a service which gets one by mistake logs something that a person can read:
 * "portmatrix ", base64url, LF. An answer is shorter than its request, so that nobody can use a responder to make more
 * traffic than they send.
 */
const word = "portmatrix ";
const macBytes = 16; // RFC 2104 §5: half of the hash
const requestBytes = 4 + 1 + 2 + 16 + 8 + 16 + 16 + macBytes;
const answerBytes = 4 + 1 + 2 + 16 + 1 + 16 + macBytes;
const lineLength = (bytes: number): number => word.length + Math.ceil((bytes * 4) / 3) + 1;
/** Length of a request in bytes, always. */
export const requestLength = lineLength(requestBytes);
export const answerLength = lineLength(answerBytes);
/** What every request and answer begins with. */
export const tokenWord = word;
const magic = { request: [0x50, 0x4d, 0x51, 0x31], answer: [0x50, 0x4d, 0x41, 0x31] } as const;
const numbers = { tcp: 6, udp: 17 } as const;

/** Name of the run that a key belongs to: 8 bytes, which say nothing of the key. */
export const runOf = (hmac: Hmac, key: Uint8Array): Uint8Array => hmac(key, ascii("run")).subarray(0, 8);

/** The key of one probe. Whoever sends that probe gets it and no other. */
export const probeKey = (hmac: Hmac, key: Uint8Array, tag: Uint8Array): Uint8Array =>
  hmac(key, joined([ascii("probe"), tag]));

/** Writes a request with the key of its probe. */
export function encodeRequest(hmac: Hmac, key: Uint8Array, request: TokenRequest): Uint8Array {
  const { transport, address, port, run, tag, nonce } = request;
  const body = joined([
    Uint8Array.from(magic.request),
    Uint8Array.of(numbers[transport], port >> 8, port & 0xff),
    wide(address),
    run,
    tag,
    nonce,
  ]);
  return lineOf(joined([body, hmac(key, body).subarray(0, macBytes)]));
}

/**
 * Reads a request that came in over `transport`. `undefined` for anything that does not prove itself with a key that
 * comes from the run's.
 */
export function decodeRequest(
  hmac: Hmac,
  key: Uint8Array,
  transport: ResponderTransport,
  bytes: Uint8Array,
): TokenRequest | undefined {
  const raw = bytesOf(bytes, requestLength, requestBytes);
  if (raw === undefined || !startsWith(raw, magic.request) || raw[4] !== numbers[transport]) return undefined;
  const body = raw.subarray(0, requestBytes - macBytes);
  const tag = raw.subarray(31, 47);
  const wanted = hmac(probeKey(hmac, key, tag), body).subarray(0, macBytes);
  if (!isSame(wanted, raw.subarray(requestBytes - macBytes))) return undefined;
  const run = raw.subarray(23, 31);
  if (!isSame(run, runOf(hmac, key))) return undefined;
  const [high = 0, low = 0] = raw.subarray(5, 7);
  return {
    transport,
    port: high * 256 + low,
    address: narrow(raw.subarray(7, 23)),
    run,
    tag,
    nonce: raw.subarray(47, 63),
  };
}

/** Writes the answer to a request, with the key of its probe. */
export function encodeAnswer(hmac: Hmac, key: Uint8Array, answer: TokenAnswer): Uint8Array {
  const { transport, from, fromPort, ttl, nonce } = answer;
  const body = joined([
    Uint8Array.from(magic.answer),
    Uint8Array.of(numbers[transport], fromPort >> 8, fromPort & 0xff),
    wide(from),
    Uint8Array.of(ttl),
    nonce,
  ]);
  return lineOf(joined([body, hmac(key, body).subarray(0, macBytes)]));
}

/** Reads the answer to the request with this nonce; `undefined` for anything else. */
export function decodeAnswer(
  hmac: Hmac,
  key: Uint8Array,
  { transport, nonce }: Pick<TokenRequest, "transport" | "nonce">,
  bytes: Uint8Array,
): Omit<TokenAnswer, "transport" | "nonce"> | undefined {
  const raw = bytesOf(bytes, answerLength, answerBytes);
  if (raw === undefined || !startsWith(raw, magic.answer) || raw[4] !== numbers[transport]) return undefined;
  const body = raw.subarray(0, answerBytes - macBytes);
  if (!isSame(hmac(key, body).subarray(0, macBytes), raw.subarray(answerBytes - macBytes))) return undefined;
  if (!isSame(raw.subarray(24, 40), nonce)) return undefined;
  const [high = 0, low = 0] = raw.subarray(5, 7);
  return { fromPort: high * 256 + low, from: narrow(raw.subarray(7, 23)), ttl: raw[23] ?? 0 };
}

/** Hexadecimal digits as bytes. */
export const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));

/** A tag or the name of a run, for records. */
export const asHex = toHex;

/** Compares without saying by its time how much of it is the same. */
function isSame(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < left.length; at += 1) difference |= (left[at] ?? 0) ^ (right[at] ?? 0);
  return difference === 0;
}

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  start.every((byte, at) => bytes[at] === byte);

/** An address in 16 bytes; IPv4 as RFC 4291 §2.5.5.2 maps it. */
function wide(address: string): Uint8Array {
  const bytes = addressBytes(address.replace(/%.*$/, ""));
  if (bytes.length === 16) return bytes;
  const mapped = new Uint8Array(16);
  mapped.set([0xff, 0xff], 10);
  mapped.set(bytes, 12);
  return mapped;
}

function narrow(bytes: Uint8Array): string {
  const address = new ipaddr.IPv6([...bytes]);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function lineOf(raw: Uint8Array): Uint8Array {
  let text = word;
  for (let at = 0; at < raw.length; at += 3) {
    const [a = 0, b = 0, c = 0] = raw.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    const digits = Math.min(4, raw.length - at + 1);
    for (let digit = 0; digit < digits; digit += 1) text += alphabet[(bits >> (18 - 6 * digit)) & 63];
  }
  return ascii(`${text}\n`);
}

/** The bytes in a line of exactly this length; `undefined` for any other. */
function bytesOf(line: Uint8Array, length: number, count: number): Uint8Array | undefined {
  if (line.length !== length || line.at(-1) !== 10) return undefined;
  const text = String.fromCharCode(...line.subarray(0, -1));
  if (!text.startsWith(word)) return undefined;
  const raw = new Uint8Array(count);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of text.slice(word.length)) {
    const value = alphabet.indexOf(letter);
    if (value === -1) return undefined;
    bits = ((bits << 6) | value) & 0xffffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    if (at < count) raw[at] = (bits >> held) & 0xff;
    at += 1;
  }
  // One spelling for each value: bits that are left over are 0.
  return at === count && (bits & ((1 << held) - 1)) === 0 ? raw : undefined;
}
