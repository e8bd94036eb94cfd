import { Duplex } from "node:stream";
import type { Received } from "../service/conversation/connection.ts";
import type { TcpSocket } from "../../sockets/sockets.ts";

/** What came next, and how it ended if it did. */
export interface Brought {
  bytes: Buffer;
  over: Pick<Received, "ending" | "errno"> | undefined;
}

/**
 * A socket that leads nowhere, for a library that reads and writes by itself: `say` gets what it says, and `hear` gives
 * what came back then.
 */
export function handedOver(say: (bytes: Buffer) => void, hear: () => Brought): TcpSocket {
  const bring = () => {
    if (stream.destroyed) return;
    const { bytes, over } = hear();
    if (bytes.length > 0) stream.push(bytes);
    if (over?.ending === "closed") stream.push(null);
    if (over?.ending === "reset")
      stream.destroy(Object.assign(new Error("reset"), { code: over.errno ?? "ECONNRESET" }));
  };
  const stream = new Duplex({
    allowHalfOpen: true,
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      say(chunk);
      done();
      queueMicrotask(bring);
    },
  });
  return Object.assign(stream, {
    connecting: false,
    bytesWritten: 0,
    resetAndDestroy: () => stream.destroy(),
    setTimeout: () => stream,
    setNoDelay: () => stream,
    setKeepAlive: () => stream,
  });
}
