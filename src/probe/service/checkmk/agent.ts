import type { ServiceSpec } from "../../../model/service.ts";
import type { Received } from "../conversation/connection.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { Found, ServiceProber } from "../conversation/service-prober.ts";

/** A controller with TLS says `16` at once; in plain text the agent collects first (Checkmk, cmk-agent-ctl, pull.rs). */
const slowAfterMs = 1_000;

/** The first two bytes when the output is encrypted with a shared secret (Checkmk, cmk/fetchers/_agentprtcl.py). */
const sharedSecrets: Readonly<Record<string, string>> = {
  "03": "OpenSSL, PBKDF2 with SHA-256",
  "02": "OpenSSL 1.0, SHA-256",
  "00": "old OpenSSL, MD5",
  "99": "old Windows agent",
};

/**
 * The Checkmk agent. It speaks first, and its first two bytes say how it goes on; they are read and the connection is
 * closed. Every connection starts a whole run of the agent, so there is never a second one.
 */
export const askCheckmkAgent: ServiceProber = async (connection, spec, context) => {
  const isEnough = (bytes: Buffer) => bytes.length >= 2;
  const received = await connection.read({ isEnough, mostBytes: 256, withinMs: context.leftMs() });
  connection.close();
  return readAgentStart(received, spec);
};

/** What the start of the agent's output means. */
export function readAgentStart({ bytes, ending, firstByteMs }: Received, spec: ServiceSpec): Found {
  const start = bytes.toString("latin1", 0, 2);
  if (start === "16") return { finding: "verified", saw: "agent controller with TLS" };
  if (start === "<<") {
    const slow = firstByteMs !== undefined && firstByteMs >= slowAfterMs;
    const after = slow ? `, ${(firstByteMs / 1_000).toFixed(1)} s after the connection` : "";
    return {
      finding: spec.plaintext === "expected" ? "verified" : "unencrypted",
      saw: `agent output in plain text${after}`,
    };
  }
  const secret = sharedSecrets[start];
  if (secret !== undefined) return { finding: "shared-secret", saw: `agent output encrypted by ${secret}` };
  return foundInstead({ bytes, ending }, "agent output");
}
