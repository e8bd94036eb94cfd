// The core's port for real-time checks, 6559/udp: takes datagrams and never answers (docs/notes/listening.md).
import { createSocket } from "node:dgram";
import { once } from "node:events";

/** Opens the port. */
export async function openRealTime({ port }) {
  const socket = createSocket({ type: "udp6", ipv6Only: false });
  socket.on("message", () => undefined);
  socket.bind(port);
  await once(socket, "listening");
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
