import { type Socket, createSocket } from "node:dgram";
import { type Server, createServer, isIPv6 } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { ListenAt } from "../sockets/listening.ts";

/** Connections that wait to be accepted, for one port. A full queue looks like an answer that is lost. */
export const backlog = 1_024;

/** A port that this responder had until now is free again after so long. */
const givenBackMs = 30;

/** A port that was taken and that nobody serves yet, or why it could not be taken. */
export type TakenPort = { tcp: Server } | { udp: Socket } | { errno: string };
export type TakePort = (at: ListenAt) => Promise<TakenPort>;

/** Takes one port, exactly there and from nobody who has it. A connection that comes before somebody serves it is reset. */
export const takePort: TakePort = async (at) => {
  const take = at.protocol === "tcp" ? takeTcp : takeUdp;
  const taken = await take(at);
  if (!("errno" in taken) || taken.errno !== "EADDRINUSE") return taken;
  await pause(givenBackMs);
  return take(at);
};

const takeTcp = ({ address, port }: ListenAt): Promise<TakenPort> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.resetAndDestroy());
    server.once("error", (error: NodeJS.ErrnoException) => resolve({ errno: error.code ?? "UNKNOWN" }));
    server.listen({ host: address, port, exclusive: true, ipv6Only: true, backlog }, () => {
      server.on("error", () => undefined);
      resolve({ tcp: server });
    });
  });

const takeUdp = ({ address, port }: ListenAt): Promise<TakenPort> =>
  new Promise((resolve) => {
    // Never reuseAddr: who holds the port with it would lose its datagrams to this socket.
    const isV6 = isIPv6(address.replace(/%.*$/, ""));
    const socket = createSocket(isV6 ? { type: "udp6", ipv6Only: true } : { type: "udp4" });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve({ errno: error.code ?? "UNKNOWN" });
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners("error");
      resolve({ udp: socket });
    });
  });
