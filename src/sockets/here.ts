import { createSocket } from "node:dgram";
import { Socket } from "node:net";
import { connectSocket, giveBack } from "./reconnect.ts";
import { findRoute } from "./route.ts";
import type { DatagramListener, DatagramMode, DatagramSocket, Endpoint, Sockets } from "./sockets.ts";

/** The sockets of this process. */
export const here: Sockets = {
  connect: ({ address: host, port, family }) => connectSocket({ host, port, family, autoSelectFamily: false }),
  giveBack: (socket) => {
    if (socket instanceof Socket) giveBack(socket);
  },
  openDatagram,
  findRoute,
};

/**
 * `both` are two sockets on one port, of which the kernel prefers the connected one for what it fits (`compute_score` in
 * net/ipv4/udp.c), so it receives from anybody, and errors too.
 */
function openDatagram(
  { address, port, family }: Endpoint,
  mode: DatagramMode,
  { onReady, onReceived, onError }: DatagramListener,
): DatagramSocket {
  const reuseAddr = mode === "both";
  const open = () => createSocket({ type: family === 4 ? "udp4" : "udp6", reuseAddr });
  const socket = open();
  const sockets = mode === "both" ? [socket, open()] : [socket];
  let isClosed = false;
  const sent = (error: Error | null) => {
    if (error !== null) onError(error);
  };
  for (const each of sockets) {
    each.on("error", onError);
    each.on("message", (bytes, source) => onReceived({ bytes, from: source.address, port: source.port }));
  }
  const connect = () => {
    if (isClosed) return;
    socket.once("connect", onReady);
    socket.connect(port, address);
  };
  const [, wide] = sockets;
  if (mode === "connected") connect();
  else if (wide === undefined) socket.bind({ port: 0, exclusive: true }, onReady);
  else {
    wide.bind({ port: 0, exclusive: true }, () => {
      if (!isClosed) socket.bind({ port: wide.address().port, exclusive: true }, connect);
    });
  }
  return {
    send: (bytes) => void (mode === "unconnected" ? socket.send(bytes, port, address, sent) : socket.send(bytes, sent)),
    local: () => socket.address(),
    close() {
      isClosed = true;
      for (const each of sockets) each.close();
    },
  };
}
