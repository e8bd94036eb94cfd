// Sockets on all addresses, as Checkmk's own programs open them: [::] with IPv4 in it, or 0.0.0.0 where IPv6 is absent.
import { once } from "node:events";

/** Makes a net, tls or https server listen on all addresses, or on the one given; returns the port it got. */
export async function listenOn(server, port, address) {
  try {
    server.listen(address === undefined ? { port, host: "::", ipv6Only: false } : { port, host: address });
    await once(server, "listening");
  } catch (error) {
    if (address !== undefined || (error.code !== "EAFNOSUPPORT" && error.code !== "EADDRNOTAVAIL")) throw error;
    server.listen({ port, host: "0.0.0.0" });
    await once(server, "listening");
  }
  return server.address().port;
}

/** The address of the other side, with IPv4 in its usual form. */
export function clientAddress(socket) {
  return (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
}

/** Ends a server and every connection that it has; for servers whose sockets were collected in `sockets`. */
export function closeServer(server, sockets) {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => {
    if (server.listening) server.close(() => resolve());
    else resolve();
  });
}

/** Collects the open connections of a server. A connection that breaks is no error of a stand-in. */
export function trackSockets(server) {
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  return sockets;
}
