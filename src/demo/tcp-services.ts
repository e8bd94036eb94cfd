import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Certificate } from "./certificates.ts";
import { claimPort, openOnEach, type Service } from "./service.ts";

/** What a service of the lab does with a connection. It need not close it: `close` of the service does. */
export type Conversation = (socket: Socket) => void;

/**
 * Opens a TCP service on all given addresses, on one port.
 * @param wanted port to try first
 * @param conversation called for every connection, after the TLS handshake if there is a certificate
 */
export async function serveTcp(
  addresses: readonly string[],
  wanted: number,
  conversation: Conversation,
  certificate?: Certificate,
): Promise<Service> {
  return claimPort(wanted, async (port) =>
    openOnEach(addresses, port, async (address) => listen(address, port, () => create(conversation, certificate))),
  );
}

function create(conversation: Conversation, certificate: Certificate | undefined): Server {
  const greet = (socket: Socket): void => {
    // A caller that only looked whether the port is open has reset the connection by now.
    socket.on("error", () => socket.destroy());
    conversation(socket);
  };
  if (certificate === undefined) return createServer(greet);
  return createTlsServer({ ...certificate, minVersion: "TLSv1.2" }, greet);
}

async function listen(host: string, port: number, createOne: () => Server): Promise<Service> {
  const server = createOne();
  // Counts connections before their TLS handshake, too: they would keep the server from closing.
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen({ host, port, exclusive: true });
  await once(server, "listening");
  return {
    port,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
