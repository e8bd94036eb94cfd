import { summariseBytes } from "../../../wire/byte-summary.ts";
import type { Received } from "../conversation/connection.ts";
import type { Found, ServiceProber } from "../conversation/service-prober.ts";

const longestWaitMs = 1_000;

/**
 * The channel between an old Windows agent and its controller (docs/notes/listening.md). It talks to the controller's
 * own process alone and drops everybody else without a byte, so that is what is to be expected here.
 */
export const askWindowsAgentChannel: ServiceProber = async (connection, _spec, context) => {
  const withinMs = Math.min(longestWaitMs, context.leftMs());
  return readChannel(await connection.read({ isEnough: (bytes) => bytes.length > 0, mostBytes: 256, withinMs }));
};

/** What the channel's answer to a stranger means. */
function readChannel({ bytes, ending }: Pick<Received, "bytes" | "ending">): Found {
  if (bytes.length > 0) return { finding: "other-answer", saw: summariseBytes(bytes) };
  return { finding: "handshake-only", saw: ending === "timeout" ? "silent to strangers" : "closed to strangers" };
}
