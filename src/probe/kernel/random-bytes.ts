import { randomFillSync } from "node:crypto";

const bytesAtOnce = 4_096;
let left = new Uint8Array(0);

/**
 * Random bytes that are used once, at most 4,096. The kernel is asked for many at a time, because each question takes
 * longer than sending a datagram. They may not be written to: they share their memory with those that come next.
 */
export function nextRandomBytes(bytes: number): Uint8Array {
  if (left.length < bytes) left = randomFillSync(new Uint8Array(bytesAtOnce));
  const taken = left.subarray(0, bytes);
  left = left.subarray(bytes);
  return taken;
}
