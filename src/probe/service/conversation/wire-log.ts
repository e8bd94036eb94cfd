import type { TcpSocket } from "../../../sockets/sockets.ts";

/** What was seen of one connection below its conversation: who sent how much, and how long the peer let this side wait. */
export interface WireLog {
  /** TLS was begun on it, and whether it was agreed on. */
  tls: "none" | "begun" | "secured";
  /** Whether the peer sent anything. */
  hasReceived(): boolean;
  /** Bytes that this side gave to its system; whether they arrived, nobody can know. */
  sentBytes(): number;
  /** Milliseconds since the peer said something, or since the connection was opened. */
  silentMs(): number;
  /** The longest of the waits, in milliseconds, that ended with something from the peer. */
  longestWaitMs(): number;
}

/** Follows a connection that has just been opened. Takes nothing away: whoever reads it reads everything. */
export function logWire(socket: TcpSocket): WireLog {
  let lastAt = performance.now();
  let longestMs = 0;
  let hasReceived = false;
  // A socket that is paused, as each conversation begins, does not flow because somebody listens.
  socket.pause().on("data", () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - lastAt);
    lastAt = now;
    hasReceived = true;
  });
  return {
    tls: "none",
    hasReceived: () => hasReceived,
    sentBytes: () => socket.bytesWritten,
    silentMs: () => performance.now() - lastAt,
    longestWaitMs: () => longestMs,
  };
}
