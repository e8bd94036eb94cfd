/**
 * The little of the Basic Encoding Rules (X.690 §8) that SNMP needs. Readers give `undefined` for what is not whole;
 * they never throw, because what they read is foreign.
 */

/** Tags of the types that every SNMP message is made of. */
export const berTag = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30 } as const;

/** Tag and length in front of that many bytes of content. */
export function berHeader(type: number, length: number): number[] {
  if (length < 128) return [type, length];
  if (length < 0x1_0000) return [type, 0x82, length >> 8, length & 255];
  throw new RangeError("The messages written here are short");
}

/** Writes one element. Its contents are lists of bytes, put together in order. */
export function berElement(type: number, ...contents: readonly (readonly number[])[]): number[] {
  const content = contents.flat();
  return [...berHeader(type, content.length), ...content];
}

/** Writes an integer from 0 to 2^31-1 in as few bytes as it takes. */
export function berInteger(value: number): number[] {
  const low = value & 255;
  if (value < 0x80) return [berTag.integer, 1, low];
  const second = (value >>> 8) & 255;
  if (value < 0x8000) return [berTag.integer, 2, second, low];
  const third = (value >>> 16) & 255;
  if (value < 0x80_0000) return [berTag.integer, 3, third, second, low];
  return [berTag.integer, 4, value >>> 24, third, second, low];
}

/** Writes an object identifier whose first arc is 0 or 1, e.g. `1.3.6.1.2.1.1.1.0` (X.690 §8.19). */
export function berOid(dotted: string): number[] {
  const [first = 0, second = 0, ...arcs] = dotted.split(".").map(Number);
  const bytesOf = (arc: number): number[] =>
    arc < 128 ? [arc] : [...bytesOf(arc >>> 7).map((byte) => byte | 128), arc & 127];
  return berElement(berTag.oid, [first * 40 + second, ...arcs.flatMap(bytesOf)]);
}

/** One element: its content, and where the next one begins. */
export interface BerElement {
  type: number;
  content: Uint8Array;
  end: number;
}

/** Reads the element that begins at `at`; `undefined` if it is not all there. Lengths of up to four bytes are read. */
export function takeElement(bytes: Uint8Array, at = 0): BerElement | undefined {
  const type = bytes[at];
  const first = bytes[at + 1];
  if (type === undefined || first === undefined) return undefined;
  const lengthBytes = first < 128 ? 0 : first & 127;
  const start = at + 2 + lengthBytes;
  if (first === 128 || lengthBytes > 4 || bytes.length < start) return undefined;
  const end = start + (lengthBytes === 0 ? first : sumOf(bytes.subarray(at + 2, start)));
  return bytes.length < end ? undefined : { type, content: bytes.subarray(start, end), end };
}

/** The elements inside an element, or `undefined` if they do not fill it exactly or are more than `most`. */
export function takeElements(bytes: Uint8Array | undefined, most = 16): BerElement[] | undefined {
  if (bytes === undefined) return undefined;
  const found: BerElement[] = [];
  for (let at = 0; at < bytes.length;) {
    const next = takeElement(bytes, at);
    if (next === undefined || found.length === most) return undefined;
    found.push(next);
    at = next.end;
  }
  return found;
}

/** The content of an element if it has that type. */
export const contentOf = (found: BerElement | undefined, type: number): Uint8Array | undefined =>
  found?.type === type ? found.content : undefined;

/** Reads an integer as one without a sign; five bytes are what 2^32-1 takes. */
export function readUnsigned(content: Uint8Array | undefined): number | undefined {
  if (content === undefined || content.length === 0 || content.length > 5) return undefined;
  return sumOf(content);
}

/** Reads an integer in two's complement (X.690 §8.3). */
export function readSigned(content: Uint8Array | undefined): number | undefined {
  const unsigned = readUnsigned(content);
  if (content === undefined || unsigned === undefined) return undefined;
  return (content[0] ?? 0) < 128 ? unsigned : unsigned - 256 ** content.length;
}

/** RFC 2578 §3.5: at most 128 arcs, none above 2^32-1. */
const mostArcs = 128;
const largestArc = 0xffff_ffff;

/** Reads an object identifier as its arcs with dots between them; `undefined` if it is none that SNMP allows. */
export function readOid(content: Uint8Array | undefined): string | undefined {
  if (content === undefined || content.length === 0 || (content.at(-1) ?? 128) >= 128) return undefined;
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 127);
    if (arc > largestArc || arcs.length === mostArcs) return undefined;
    if (byte >= 128) continue;
    if (arcs.length === 0) {
      const first = Math.min(Math.floor(arc / 40), 2);
      arcs.push(first, arc - first * 40);
    } else arcs.push(arc);
    arc = 0;
  }
  return arcs.join(".");
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = sum * 256 + byte;
  return sum;
}
