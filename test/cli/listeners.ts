import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterEach } from "vitest";

/** A place on 127.0.0.1 that counts its visitors. */
export interface Listener {
  port: number;
  /** Connections or datagrams so far; datagrams with their bytes as Latin-1 text. */
  visits: string[];
  /** Resolves at the first visit, also if that was before. */
  visited: Promise<void>;
  /** Resolves when the first visitor hung up, so has seen that the port is open; never for datagrams. */
  left: Promise<void>;
  close: () => Promise<void>;
}

/** Opens listeners on loopback, on ports that the system chooses, and closes them after each test. */
export function useListeners(): {
  /** Accepts connections and says nothing; on 127.0.0.1, or another address of loopback. */
  tcp: (address?: string) => Promise<Listener>;
  /** Sends every datagram back, or, if it is mute, takes it and says nothing. */
  udp: (manner: "echo" | "mute") => Promise<Listener>;
  /** A port on which nothing listens. */
  closedPort: () => Promise<number>;
} {
  const open: Listener[] = [];
  afterEach(async () => void (await Promise.all(open.splice(0).map((listener) => listener.close()))));

  const tcp = async (address = "127.0.0.1"): Promise<Listener> => {
    const { visits, visit, visited } = visitors();
    let leave: () => void = () => undefined;
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const server = createServer((socket) => {
      visit("connection");
      socket.on("close", leave);
      socket.on("error", () => undefined);
      socket.resume();
    });
    await once(server.listen(0, address), "listening");
    let closed: Promise<void> | undefined;
    const close = () => (closed ??= new Promise<void>((done) => void server.close(() => done())));
    const listener = { port: (server.address() as AddressInfo).port, visits, visited, left, close };
    open.push(listener);
    return listener;
  };
  const udp = async (manner: "echo" | "mute"): Promise<Listener> => {
    const { visits, visit, visited } = visitors();
    const socket = createSocket("udp4");
    socket.on("message", (message, { address, port }) => {
      visit(message.toString("latin1"));
      if (manner === "echo") socket.send(message, port, address);
    });
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    let closed: Promise<void> | undefined;
    const close = () => (closed ??= new Promise<void>((done) => void socket.close(() => done())));
    const listener = { port: socket.address().port, visits, visited, left: new Promise<never>(() => {}), close };
    open.push(listener);
    return listener;
  };
  const closedPort = async (): Promise<number> => {
    const listener = await tcp();
    await listener.close();
    return listener.port;
  };
  return { tcp, udp, closedPort };
}

function visitors(): { visits: string[]; visit: (what: string) => void; visited: Promise<void> } {
  const visits: string[] = [];
  let ring: () => void = () => undefined;
  const visited = new Promise<void>((resolve) => {
    ring = resolve;
  });
  const visit = (what: string): void => {
    visits.push(what);
    ring();
  };
  return { visits, visit, visited };
}
