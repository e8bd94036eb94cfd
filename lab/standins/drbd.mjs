// A DRBD resource's TCP port 7789, as docs/notes/listening.md describes it: the socket listens
// only while the resource waits for its peer; once both connections of the peer are up it is released.
import { createServer } from "node:net";
import { closeServer, listenOn, trackSockets } from "./listening.mjs";

/** DRBD 8's magic number, with which the first packet of each of the two connections begins (drbd_protocol.h). */
const magic = Buffer.from([0x83, 0x74, 0x02, 0x67]);
/** A stranger who says nothing is dropped after this time; DRBD's ping-int is 10 s. */
const firstPacketLimitMs = 10_000;

/**
 * Opens the port, unless `state` is `connected`. After the first packets of two connections the listening socket is
 * closed; when one of them ends, it listens again. `isListening` tells which of the two is the case.
 */
export async function openDrbd({ port, state = "waiting" }) {
  if (state === "connected") return { port: undefined, isListening: () => false, close: async () => undefined };
  const server = createServer();
  const sockets = trackSockets(server);
  const peers = new Set();
  let closing = false;
  let own = port;
  const listenAgain = () => {
    if (!closing && !server.listening) listenOn(server, own).catch(() => undefined);
  };
  server.on("connection", (socket) => {
    socket.setTimeout(firstPacketLimitMs, () => socket.destroy());
    socket.once("data", (chunk) => {
      if (!chunk.subarray(0, magic.length).equals(magic)) return void socket.destroy();
      socket.setTimeout(0);
      peers.add(socket);
      socket.on("close", () => {
        peers.delete(socket);
        listenAgain();
      });
      if (peers.size === 2) server.close(); // those that were accepted stay
    });
  });
  own = await listenOn(server, port);
  return {
    port: own,
    isListening: () => server.listening,
    close: () => {
      closing = true;
      return closeServer(server, sockets);
    },
  };
}
