/** Bytes as lower-case hexadecimal digits, two for each byte. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** True if both have the same length and content. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** True if both begin with the same bytes, as far as the shorter one goes. */
export function beginAlike(left: Uint8Array, right: Uint8Array): boolean {
  const shorter = Math.min(left.length, right.length);
  return left.subarray(0, shorter).every((byte, index) => byte === right[index]);
}
