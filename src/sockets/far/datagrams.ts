import type { DatagramListener, DatagramSocket } from "../sockets.ts";
import type { FarMessage } from "./message.ts";
import { type FarSubscriber, socketError } from "./subscriber.ts";

/** Largest payload of a UDP datagram, jumbograms aside. */
const mostBytes = 65_535;

/** A datagram socket of another machine. `isOfAnyCode`: what its errors are, see there. */
export function farDatagrams(
  order: (word: string, ...more: readonly (string | number)[]) => void,
  forget: () => void,
  { onReady, onReceived, onError }: DatagramListener,
  isOfAnyCode?: true,
): DatagramSocket & FarSubscriber {
  let bound: { address?: string | undefined; port: number } | undefined;
  let isClosed = false;
  return {
    hear(message: FarMessage): boolean {
      switch (message.kind) {
        case "bound":
          if (bound !== undefined) return false;
          bound = { ...(message.address === undefined ? {} : { address: message.address }), port: message.port };
          onReady();
          return true;
        case "datagram": {
          const { from, port, afterMs, clockMs, ttl, bytes } = message;
          if (bound === undefined || bytes.length > mostBytes) return false;
          onReceived({ bytes, from, port, measured: { afterMs, clockMs, ttl } });
          return true;
        }
        case "error":
          onError(socketError(message, isOfAnyCode));
          return true;
        default:
          return false;
      }
    },
    send: (bytes) => {
      if (!isClosed) order("data", bytes.length === 0 ? "-" : Buffer.from(bytes).toString("hex"));
    },
    local: () => bound ?? {},
    close() {
      if (isClosed) return;
      isClosed = true;
      order("close");
      forget();
    },
  };
}
