import { foundInstead } from "./found-instead.ts";
import type { ServiceProber } from "./service-prober.ts";

const settlingMs = 500;

/**
 * Syslog over TCP. It has no greeting and no answer, and every line sent becomes an event (facts/checkmk.md §6.1, §14), so
 * nothing is sent. Whoever is still there after half a second without a word behaves like it.
 */
export const askSyslog: ServiceProber = async (connection, _spec, context) => {
  const heard = await connection.read({ isEnough: () => true, withinMs: Math.min(settlingMs, context.leftMs()) });
  if (heard.ending !== "timeout") return foundInstead(heard, "anything was sent");
  return { finding: "handshake-only", saw: "accepts and listens in silence" };
};
