import { summariseBytes } from "../../../wire/byte-summary.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { ServiceProber } from "../conversation/service-prober.ts";

/** A refusal by an access list, or a balancer without a server behind it, closes within a few round trips. */
const momentMs = 300;

/**
 * Whatever listens. It is asked nothing; what it says by itself within a moment is told, and so is that it closes the
 * connection again. One that stays is all that can be expected, and it is left with a reset, which leaves no state behind.
 */
export const askAny: ServiceProber = async (connection, _spec, context) => {
  const withinMs = Math.min(momentMs, context.leftMs());
  const received = await connection.read({ isEnough: () => true, mostBytes: 256, withinMs });
  if (received.bytes.length > 0) return { finding: "verified", saw: summariseBytes(received.bytes) };
  if (received.ending !== "timeout") return foundInstead(received, "anything was said");
  connection.handOver().resetAndDestroy();
  return { finding: "handshake-only" };
};
