// The agent controller on 6556/tcp, as docs/notes/listening.md describes it:
// TLS with the certificate chosen by server name, legacy plain text, or no socket at all.
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createSecureContext, createServer as createTlsServer } from "node:tls";
import { deflateSync } from "node:zlib";
import { readServerName } from "./client-hello.mjs";
import { clientAddress, closeServer, listenOn, trackSockets } from "./listening.mjs";

const perClient = 3;
const handshakeLimitMs = 20_000;
/** A fatal alert access_denied (49) in a TLS 1.2 record: what rustls says to an unknown server name. */
const accessDenied = Buffer.from([21, 3, 3, 0, 2, 2, 49]);
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the agent says; the controller's transport decides how it travels. */
const agentText =
  "<<<check_mk>>>\nVersion: 2.3.0p1\nAgentOS: linux\nHostname: lab\n<<<uptime>>>\n4711.00 9000.00\n";

/**
 * Opens the agent. `mode` is `tls`, `plain` or `inactive` (then nothing listens and `port` is undefined); in `tls`
 * mode `uuid`, `certificate` (`key`, `cert` of the agent) and `authority` (root of the site) are needed. Clients other
 * than `onlyFrom` (empty: nobody is excluded) are accepted and closed; `delayMs` passes before plain text comes.
 */
export async function openAgent({ mode, port, uuid, certificate, authority, onlyFrom = [], delayMs = 0 }) {
  if (mode === "inactive") return { port: undefined, close: async () => undefined };
  const abort = new AbortController();
  const perAddress = new Map();
  const secure = mode === "tls" ? createSecureSide(uuid, certificate, authority) : undefined;
  const server = createServer({ allowHalfOpen: true });
  const sockets = trackSockets(server);
  server.on("connection", (socket) => {
    const client = clientAddress(socket);
    const open = (perAddress.get(client) ?? 0) + 1;
    perAddress.set(client, open);
    socket.on("close", () => perAddress.set(client, perAddress.get(client) - 1));
    if (open > perClient || (onlyFrom.length > 0 && !onlyFrom.includes(client))) socket.destroy();
    else if (secure === undefined) void answerPlain(socket, delayMs, abort.signal);
    else void answerSecure(socket, uuid, secure);
  });
  const got = await listenOn(server, port);
  return {
    port: got,
    close: async () => {
      abort.abort();
      await closeServer(server, sockets);
    },
  };
}

/** Legacy: the agent runs first, then its whole output is sent and the connection is closed. */
async function answerPlain(socket, delayMs, signal) {
  socket.resume();
  if (delayMs > 0) await sleep(delayMs, undefined, { signal }).catch(() => undefined);
  socket.end(agentText);
}

/** The server speaks first; only then the ClientHello is read, and its server name decides. */
async function answerSecure(socket, uuid, secure) {
  socket.write("16");
  socket.setTimeout(handshakeLimitMs, () => socket.destroy());
  let hello = Buffer.alloc(0);
  let name;
  while (name === undefined) {
    const chunk = socket.read();
    if (chunk === null) {
      if (socket.readableEnded || socket.destroyed) return void socket.destroy();
      await Promise.race([once(socket, "readable"), once(socket, "end"), once(socket, "close")]).catch(() => undefined);
      if (socket.readableLength === 0) return void socket.destroy();
      continue;
    }
    hello = Buffer.concat([hello, chunk]);
    name = readServerName(hello);
  }
  if (name !== uuid) return void socket.end(accessDenied, () => socket.destroySoon());
  socket.removeAllListeners("readable");
  socket.unshift(hello);
  secure.emit("connection", socket);
}

/** Mutual TLS: the client must show a certificate of the site, whose name is no UUID; it then gets the agent's text. */
function createSecureSide(uuid, certificate, authority) {
  const context = createSecureContext({ ...certificate, ca: authority });
  const server = createTlsServer({
    requestCert: true,
    rejectUnauthorized: true,
    ca: authority,
    ...certificate,
    handshakeTimeout: handshakeLimitMs,
    SNICallback: (name, answer) => (name === uuid ? answer(null, context) : answer(new Error("unknown name"))),
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("secureConnection", (socket) => {
    socket.on("error", () => undefined);
    if (uuidPattern.test(socket.getPeerCertificate().subject?.CN ?? "")) return void socket.destroy();
    // Version 0, then 1 for "compressed".
    socket.end(Buffer.concat([Buffer.from([0, 0, 1]), deflateSync(agentText)]));
  });
  return server;
}
