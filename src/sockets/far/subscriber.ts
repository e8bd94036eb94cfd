import type { SocketError } from "../sockets.ts";
import type { FarMessage } from "./message.ts";

/** Whom the reports about one number belong to. */
export interface FarSubscriber {
  /** False for what no worker would say to this. */
  hear(message: FarMessage): boolean;
}

/** The answer to a look-up: as getaddrinfo(3) gives it, and whether an address is one of the machine that asked. */
export type FarNames =
  | { addresses: readonly { address: string; family: 4 | 6; isOwn: boolean }[] }
  | { code: string; detail: string };

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
