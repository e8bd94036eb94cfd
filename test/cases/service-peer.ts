import { once } from "node:events";
import { type Server, type Socket, connect, createServer } from "node:net";
import { type TlsOptions, createServer as createTlsServer } from "node:tls";
import { generate } from "selfsigned";
import { expect, onTestFinished } from "vitest";
import { openConnection } from "../../src/probe/service/conversation/connection.ts";
import type { Found, ServiceContext, ServiceProber } from "../../src/probe/service/conversation/service-prober.ts";
import { type Behaviour, beneath } from "./peer-behaviour.ts";

// The tests of the probers take all that they need of a far end from here.
export {
  says,
  answers,
  breaksOff,
  endless,
  drips,
  closes,
  resets,
  closesWhenAsked,
  resetsWhenAsked,
  silent,
  first,
  type Behaviour,
} from "./peer-behaviour.ts";

/** A listener on loopback; what every connection sent (in TLS: inside of it) is kept. */
export interface Peer {
  port: number;
  connections(): number;
  received(): string;
}

/** Opens a far end on port 0 of loopback for the running test. With `tls` it speaks TLS first. */
export async function peer(behaviour: Behaviour, tls?: TlsOptions): Promise<Peer> {
  const sockets = new Set<Socket>();
  const received: Buffer[] = [];
  let count = 0;
  const greet = (socket: Socket) => {
    const raw = [...sockets].find(({ remotePort }) => remotePort === socket.remotePort);
    if (raw !== undefined && raw !== socket) beneath.set(socket, raw);
    socket.on("error", () => undefined).on("data", (chunk: Buffer) => received.push(chunk));
    behaviour(socket, (count += 1));
  };
  const options = { allowHalfOpen: true };
  const server: Server =
    tls === undefined ? createServer(options, greet) : createTlsServer({ ...options, ...tls }, greet);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP server");
  return { port: address.port, connections: () => count, received: () => Buffer.concat(received).toString("latin1") };
}

async function connectTo(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** What a test may say of the question. `port` is the one that the prober believes it is asking. */
export interface Asking {
  site?: string;
  /** The name that the target was given by; without it the target is the literal address. */
  name?: string;
  plaintext?: "expected";
  port?: number;
  patienceMs?: number;
  path?: string;
  redirects?: number;
}

/**
 * Asks a peer with a prober, as `converse` does it. Whatever the peer does, the answer comes soon after the patience is
 * over, and what it says is short and safe to show.
 */
export async function ask(prober: ServiceProber, { port }: Peer, asking: Asking = {}): Promise<Found> {
  const { site, name, plaintext, patienceMs = 3_000, path, redirects } = asking;
  const socket = await connectTo(port);
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const context: ServiceContext = {
    address: "127.0.0.1",
    family: 4,
    timeoutMs: patienceMs,
    signal: new AbortController().signal,
    port: asking.port ?? port,
    ...(name === undefined ? {} : { name }),
    leftMs: () => Math.max(0, patienceMs - elapsedMs()),
    connectAgain: async (other = port) => {
      // The port that the prober believes it is asking is the peer's.
      const socket = connectTo(other === asking.port ? port : other);
      return socket.then(openConnection, (error: NodeJS.ErrnoException) => {
        return { kind: "not-connected", errno: error.code ?? "" } as const;
      });
    },
  };
  const spec = {
    name: "livestatus" as const,
    ...(site === undefined ? {} : { site }),
    ...(plaintext && { plaintext }),
    ...(path === undefined ? {} : { path }),
    ...(redirects === undefined ? {} : { redirects }),
  };
  const found = await prober(openConnection(socket), spec, context);
  expect(elapsedMs()).toBeLessThan(patienceMs + 8_000);
  expect(found.saw?.length ?? 0).toBeLessThanOrEqual(120);
  expect(found.saw ?? "").not.toMatch(/[\p{Cc}\u202e]/u);
  return found;
}

/** A TLS server's options with a certificate for that name which ran out yesterday. */
export async function expired(name: string): Promise<TlsOptions> {
  const day = 86_400_000;
  const { private: key, cert } = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    notBeforeDate: new Date(Date.now() - 2 * day),
    notAfterDate: new Date(Date.now() - day),
  });
  return { key, cert };
}
