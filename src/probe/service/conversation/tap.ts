import { Duplex } from "node:stream";
import type { TcpSocket } from "../../../sockets/sockets.ts";

/** A connection under a TLS client, and what its peer sent first, as it came over the wire. */
export interface Tap {
  stream: Duplex;
  /** At most `mostTappedBytes` of what the peer sent so far. */
  answered(): Buffer;
}

const mostTappedBytes = 4_096;

/**
 * Puts itself between a plain socket and the TLS client above it, because node:tls keeps what it cannot read to itself:
 * whatever is no TLS, `SSH-2.0-…` or `HTTP/1.1 400`, names the service that answered instead. `early` came before.
 */
export function tap(socket: TcpSocket, early: Buffer): Tap {
  const kept: Buffer[] = [];
  let keptBytes = 0;
  const stream = new Duplex({
    allowHalfOpen: true,
    read: () => void socket.resume(),
    write: (chunk: Uint8Array, _encoding, done) => void socket.write(chunk, () => done()), // errors come as events
    final(done) {
      socket.end();
      done();
    },
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  const pass = (chunk: Buffer) => {
    const wanted = chunk.subarray(0, mostTappedBytes - keptBytes);
    if (wanted.length > 0) kept.push(wanted);
    keptBytes += wanted.length;
    if (!stream.push(chunk)) socket.pause();
  };
  const finish = () => {
    if (!stream.readableEnded && !stream.destroyed) stream.push(null);
  };
  if (early.length > 0) pass(early);
  socket.on("data", pass).once("end", finish);
  socket.on("error", (error) => stream.destroy(error)).once("close", finish);
  return { stream, answered: () => Buffer.concat(kept) };
}
