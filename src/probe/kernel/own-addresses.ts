import { networkInterfaces } from "node:os";
import { withoutZone } from "../../model/address/ip-literal.ts";

const keptForMs = 1_000;
let known: { addresses: ReadonlySet<string>; atMs: number } | undefined;

/**
 * True if an IP literal in canonical form belongs to this machine. The list is read again when it is older than a
 * second: errors may come in bursts, and addresses may change during a long run.
 */
export function isOwnAddress(literal: string): boolean {
  if (literal.startsWith("127.")) return true; // RFC 1122 §3.2.1.3: the whole network is loopback
  const nowMs = performance.now();
  if (known === undefined || nowMs - known.atMs > keptForMs) {
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    known = { addresses: new Set(all.map(({ address }) => address)), atMs: nowMs };
  }
  return known.addresses.has(withoutZone(literal));
}
