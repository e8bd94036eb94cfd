import type { SocketError } from "../sockets.ts";
import type { FarMessage } from "./message.ts";

/** Whom the reports about one number belong to. */
export interface FarSubscriber {
  /** False for what no worker would say to this. */
  hear(message: FarMessage): boolean;
}

/** An error of another machine's socket, as one of `node:net` would be. */
export function socketError(
  { errno, ...facts }: Extract<FarMessage, { kind: "error" }>,
  isOfAnyCode?: true,
): SocketError {
  const { isAtCall, afterMs, icmp } = facts;
  return Object.assign(new Error(`${errno} at the vantage point`), {
    code: errno,
    isAtCall,
    afterMs,
    icmp,
    isOfAnyCode,
  });
}
