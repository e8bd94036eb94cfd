import { createHash } from "node:crypto";

/**
 * The numbers that the requests of one order carry, one after the other: the same for whoever knows the seed, and not to be
 * guessed by anybody else.
 */
export function numbersOf(seed: string, order: number): (bytes: number) => Uint8Array {
  let count = 0;
  return (bytes) => {
    count += 1;
    return createHash("sha256").update(`${seed} ${order} ${count}`).digest().subarray(0, bytes);
  };
}
