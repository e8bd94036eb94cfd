// The notification spooler mknotifyd on 6555/tcp. Today's source is not public; docs/notes/listening.md has what is
// known: the client speaks first, the three kinds of encryption exist, and a client that says nothing receives nothing.
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { closeServer, listenOn, trackSockets } from "./listening.mjs";

const tlsHandshake = 22;

/**
 * Opens the spooler. `encryption` is `upgradable` (TLS if the client begins with it, plain otherwise), `encrypted`
 * (everything but TLS is closed) or `unencrypted` (a ClientHello gets no answer either). `pem` holds key and chain.
 */
export async function openNotificationSpooler({ port, encryption, pem }) {
  const server = createServer();
  const sockets = trackSockets(server);
  const secure = createTlsServer({ key: pem, cert: pem }, (socket) => {
    socket.on("error", () => undefined);
    socket.resume(); // heartbeats are known to the real daemons only
  });
  secure.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("connection", (socket) => {
    if (encryption === "unencrypted") return void socket.resume();
    socket.once("readable", () => {
      const first = socket.read();
      if (first === null) return void socket.destroy();
      if (first[0] === tlsHandshake) {
        socket.unshift(first);
        secure.emit("connection", socket);
      } else if (encryption === "encrypted") socket.destroy();
      else socket.resume();
    });
  });
  return { port: await listenOn(server, port), close: () => closeServer(server, sockets) };
}
