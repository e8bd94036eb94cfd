import { createSocket } from "node:dgram";
import type { Route } from "./sockets.ts";

/** Discard (RFC 863); no packet is sent, the kernel only wants some port to look up the route for. */
const anyPort = 9;
const failuresOfThisSide = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EADDRINUSE", "EAGAIN"]);

/**
 * Asks the routing table without sending anything: connect(2) on a datagram socket only looks up the route and the
 * source address, and fails at once if there is none (udp(7)). This tells "this machine knows no way" from "a router
 * answered that there is no way". Never rejects.
 */
export function findRoute(address: string, family: 4 | 6): Promise<Route> {
  return new Promise((resolve) => {
    const socket = createSocket(family === 4 ? "udp4" : "udp6");
    const finish = (error?: NodeJS.ErrnoException) => {
      socket.close();
      const errno = error?.code ?? "UNKNOWN";
      if (error === undefined) resolve({ kind: "routed" });
      else resolve({ kind: failuresOfThisSide.has(errno) ? "unknown" : "unrouted", errno });
    };
    socket.once("error", finish);
    socket.once("connect", () => finish());
    socket.connect(anyPort, address);
  });
}
