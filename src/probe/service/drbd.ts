import { foundInstead } from "./found-instead.ts";
import type { ServiceProber } from "./service-prober.ts";

const settlingMs = 300;

/**
 * A DRBD resource's port: connect only (facts/checkmk.md §7, §14). It listens while the resource waits for its peer; that
 * it is open therefore also says that the two are not connected.
 */
export const askDrbd: ServiceProber = async (connection, _spec, context) => {
  const heard = await connection.read({ isEnough: () => true, withinMs: Math.min(settlingMs, context.leftMs()) });
  if (heard.ending !== "timeout") return foundInstead(heard, "anything was sent");
  return { finding: "handshake-only", saw: "accepts in silence, as a resource that waits for its peer does" };
};
