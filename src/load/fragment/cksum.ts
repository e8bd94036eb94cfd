const polynomial = 0x04c11db7;

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit += 1) value = (value << 1) ^ (value & 0x8000_0000 ? polynomial : 0);
  return value;
});

/** The sum of cksum(1), as POSIX has it: CRC-32 over the bytes and then their number, lowest byte first. */
export function posixCksum(bytes: Uint8Array): number {
  let sum = 0;
  const take = (byte: number): void => {
    sum = (sum << 8) ^ (table[((sum >>> 24) ^ byte) & 255] ?? 0);
  };
  for (const byte of bytes) take(byte);
  for (let length = bytes.length; length > 0; length = Math.floor(length / 256)) take(length & 255);
  return ~sum >>> 0;
}
