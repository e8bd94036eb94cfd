// Listeners with which something is wrong, one kind per port.
import { createServer } from "node:net";
import { closeServer, listenOn, trackSockets } from "./listening.mjs";

const kinds = {
  /** Accepts and closes without a byte. */
  "accept-close": (socket) => socket.end(() => socket.destroy()),
  /** The kernel completes the handshake; then nothing is read or written for ever. */
  tarpit: () => undefined,
  /** Another service than expected: greets like an SSH server. */
  banner: (socket) => {
    socket.resume();
    socket.end("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n");
  },
  /** Accepts and resets. */
  reset: (socket) => socket.resetAndDestroy(),
};

/** Reads `KIND:PORT` and `KIND:ADDRESS:PORT`, separated by spaces; IPv6 is in brackets. Throws on anything else. */
export function parseMisbehaviour(text) {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .map((part) => {
      const [, kind, bracketed, plain, port] = /^([a-z-]+):(?:\[([^\]]+)\]:|([^:]+):)?(\d+)$/.exec(part) ?? [];
      if (kind === undefined || !Object.hasOwn(kinds, kind)) throw new Error(`MISBEHAVE: cannot read ${part}`);
      return { kind, address: bracketed ?? plain, port: Number(port) };
    });
}

/** Opens one listener of the given kind. */
export async function openMisbehaviour({ kind, address, port }) {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  const sockets = trackSockets(server);
  server.on("connection", (socket) => kinds[kind](socket));
  return { port: await listenOn(server, port, address), close: () => closeServer(server, sockets) };
}
