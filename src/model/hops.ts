import type { ResetOrigin } from "./run.ts";

/** What systems send packets with: Linux and most others 64, Windows 128, network devices 255. */
const initialTtls = [64, 128, 255] as const;

/** How many routers a packet has passed, if it set out with the nearest usual time to live. */
export function hopsOf(ttl: number): number {
  return (initialTtls.find((initial) => ttl <= initial) ?? ttl) - ttl;
}

/**
 * Compares a reset with other answers of the same address. Hosts may send resets with another initial time to live than
 * echo replies, so distances are compared. As far as another answer: probably the host. Nearer than all of them: probably
 * something in between. Farther: nothing can be said, because then the other answers came from something in between.
 */
export function originOf(resetTtl: number, otherTtls: Iterable<number>): ResetOrigin | undefined {
  const hops = hopsOf(resetTtl);
  const others = [...otherTtls].map(hopsOf);
  if (others.length === 0) return undefined;
  if (others.includes(hops)) return "host-likely";
  return others.every((distance) => hops < distance) ? "middlebox-likely" : undefined;
}
