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
 * Where nothing can be said, other resets are compared: of two from different distances one at least is not the host's,
 * and that is the nearer one. The farthest may be the host's or not.
 */
export function originOf(
  resetTtl: number,
  otherTtls: Iterable<number>,
  otherResets: Iterable<number> = [],
): ResetOrigin | undefined {
  const hops = hopsOf(resetTtl);
  const others = [...otherTtls].map(hopsOf);
  if (others.includes(hops)) return "host-likely";
  if (others.length > 0 && others.every((distance) => hops < distance)) return "middlebox-likely";
  return [...otherResets].some((ttl) => hops < hopsOf(ttl)) ? "middlebox-likely" : undefined;
}
