import { lookup } from "node:dns";
import type { Socket as DatagramSocket } from "node:dgram";
import { type Server, type Socket, createServer } from "node:net";
import {
  type Form,
  type Holding,
  type Incoming,
  type Listening,
  mostConnections,
  patienceMs,
} from "../sockets/listening.ts";
import { readTables } from "./tables-here.ts";
import { backlog, type TakePort, takePort } from "./take-port.ts";

/** Of more bytes than this nothing is read. */
const mostBytes = 128;

/** Listens with the sockets of this process; `take` and `read` are of another process where this one has no rights. */
export function listeningHere(take: TakePort = takePort, read: Listening["readTables"] = readTables): Listening {
  const connections = new Set<Socket>();

  /** Takes a connection in; the oldest has to go for it if there are too many. */
  const enter = (socket: Socket) => {
    const [oldest] = connections;
    if (connections.size >= mostConnections && oldest !== undefined) oldest.resetAndDestroy();
    connections.add(socket);
  };

  const serve = (socket: Socket, form: Form, onIncoming: (incoming: Incoming) => void) => {
    enter(socket);
    const timer = setTimeout(() => socket.resetAndDestroy(), patienceMs);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      connections.delete(socket);
    });
    let held = Buffer.alloc(0);
    let isAsked = false;
    socket.on("end", () => void (isAsked || socket.resetAndDestroy()));
    socket.on("data", (chunk: Buffer) => {
      if (isAsked) return void socket.resetAndDestroy();
      held = Buffer.concat([held, chunk.subarray(0, mostBytes - held.length + 1)]);
      const word = Buffer.from(form.word).subarray(0, held.length);
      if (held.length > form.length || !held.subarray(0, word.length).equals(word))
        return void socket.resetAndDestroy();
      if (held.length < form.length) return;
      isAsked = true;
      onIncoming({
        bytes: held,
        from: plain(socket.remoteAddress),
        fromPort: socket.remotePort ?? 0,
        clockMs: Date.now(),
        answer: (bytes) => void (bytes === undefined ? socket.resetAndDestroy() : socket.end(bytes)),
      });
    });
  };

  const serveTcp = (taken: Server, form: Form, onIncoming: (incoming: Incoming) => void): Promise<Holding> =>
    new Promise((resolve) => {
      // Half-open: a sender that has said all it wants to say still gets its answer.
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => serve(socket, form, onIncoming));
      server.on("error", () => undefined); // no descriptors for one connection: the next may have one
      server.listen(taken, backlog, () => resolve({ close: () => void server.close() }));
    });

  const serveUdp = (socket: DatagramSocket, form: Form, onIncoming: (incoming: Incoming) => void): Holding => {
    let isClosed = false;
    const word = Buffer.from(form.word);
    socket.on("error", () => undefined); // an ICMP error for an answer of ours
    socket.on("message", (bytes, { address, port }) => {
      if (bytes.length !== form.length || !bytes.subarray(0, word.length).equals(word) || port === 0) return;
      const answer = (said: Uint8Array | undefined) => {
        if (said !== undefined && !isClosed) socket.send(said, port, address, () => undefined);
      };
      onIncoming({ bytes, from: plain(address), fromPort: port, clockMs: Date.now(), answer });
    });
    return {
      close: () => {
        if (isClosed) return;
        isClosed = true;
        // An answer that was given to the kernel a moment ago has left by the next turn.
        setImmediate(() => socket.close());
      },
    };
  };

  return {
    open: async (at, form, forMs, onIncoming) => {
      const taken = await take(at);
      if ("errno" in taken) return taken;
      const opened =
        "tcp" in taken ? await serveTcp(taken.tcp, form, onIncoming) : serveUdp(taken.udp, form, onIncoming);
      const timer = setTimeout(() => opened.close(), forMs);
      return {
        close: () => {
          clearTimeout(timer);
          opened.close();
        },
      };
    },
    resolve: (name) =>
      new Promise((resolve) => {
        lookup(name, { all: true }, (error, all) => resolve(error === null ? all.map(({ address }) => address) : []));
      }),
    readTables: read,
  };
}

/** An IPv4 peer of an IPv6 socket, and a link-local one, as everybody else writes them. */
const plain = (address = ""): string => address.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
