/**
 * A ClientHello of TLS 1.2 and older (RFC 5246 §7.4.1.2). What answers it, certificates included, comes in clear, so it can
 * be read by somebody who has no library for TLS; a server that speaks TLS 1.3 alone answers with an alert.
 */
export function clientHello(random: Uint8Array, name: string | undefined): Uint8Array {
  const extensions = [
    ...(name === undefined ? [] : extension(0, vector16([0, ...vector16([...new TextEncoder().encode(name)])]))),
    ...extension(10, vector16([0, 29, 0, 23, 0, 24])), // x25519, P-256, P-384
    ...extension(11, [1, 0]), // points uncompressed
    ...extension(13, vector16(signatures.flatMap(number16))),
    ...extension(0xff01, [0]), // RFC 5746
  ];
  const body = [
    3,
    3, // TLS 1.2
    ...random.subarray(0, 32),
    0, // no session
    ...vector16(ciphers.flatMap(number16)),
    1,
    0, // no compression
    ...vector16(extensions),
  ];
  const message = [1, 0, ...number16(body.length), ...body];
  return Uint8Array.from([22, 3, 1, ...number16(message.length), ...message]);
}

const signatures = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0201];
/** ECDHE and RSA with AES, as servers of the last fifteen years have them (IANA, "TLS Cipher Suites"). */
const ciphers = [
  0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035,
];

const number16 = (value: number): number[] => [value >> 8, value & 255];
const vector16 = (bytes: readonly number[]): number[] => [...number16(bytes.length), ...bytes];
const extension = (type: number, bytes: readonly number[]): number[] => [...number16(type), ...vector16(bytes)];
