import { foundInstead } from "./found-instead.ts";
import type { ServiceProber } from "./service-prober.ts";

/**
 * A service that says nothing to strangers and may be sent nothing: whoever is still there after `settlingMs` without a
 * word behaves like it, and `saw` says so.
 */
export const silentListener =
  (settlingMs: number, saw: string): ServiceProber =>
  async (connection, _spec, context) => {
    const received = await connection.read({ isEnough: () => true, withinMs: Math.min(settlingMs, context.leftMs()) });
    return received.ending === "timeout"
      ? { finding: "handshake-only", saw }
      : foundInstead(received, "anything was sent");
  };
