import { type IncomingHttpHeaders, type IncomingMessage, request as startRequest } from "node:http";
import type { TcpSocket } from "../../../sockets/sockets.ts";
import { readHttpStatusLine } from "../../../wire/http/status-line.ts";
import { afterReading } from "../../flight/deadline.ts";
import { errnoOf } from "../../kernel/network-error.ts";
import type { Connection } from "./connection.ts";

/** One request. `host` is the value of the Host header. */
export interface HttpQuestion {
  method: "GET" | "POST";
  path: string;
  host: string;
  withinMs: number;
}

/**
 * What came back. `answered` has at most 64 KiB of the body; if the answer broke off, or its head was not understood
 * beyond the status line, `headers` or `body` hold what was understood. `foreign` bytes are no HTTP.
 */
export type HttpAnswer =
  | { kind: "answered"; status: number; headers: IncomingHttpHeaders; body: Buffer }
  | { kind: "foreign"; bytes: Buffer }
  | { kind: "closed" | "reset" | "timeout"; errno?: string };

const mostBodyBytes = 65_536;
const mostHeadBytes = 16_384;
const mostHeldBytes = 1_024;

/**
 * Asks one HTTP/1.1 question over an open connection, plain or TLS, and reads one answer. Follows nothing, keeps
 * nothing. The connection must not be used afterwards; it is closed with the probe. Never rejects.
 */
export function exchangeHttp(connection: Connection, question: HttpQuestion): Promise<HttpAnswer> {
  const { method, path, host, withinMs } = question;
  const socket = connection.handOver();
  return new Promise((resolve) => {
    if (socket.destroyed) {
      return resolve(socket.errored ? { kind: "reset", errno: errnoOf(socket.errored) } : { kind: "closed" });
    }
    const start = listenToStart(socket);
    const body: Buffer[] = [];
    let bodyBytes = 0;
    let response: IncomingMessage | undefined;
    const finish = (ending: "closed" | "reset" | "timeout", errno?: string) => {
      cancelDeadline();
      if (response !== undefined) {
        const { statusCode: status = 0, headers } = response;
        resolve({ kind: "answered", status, headers, body: Buffer.concat(body).subarray(0, mostBodyBytes) });
      } else resolve(readStart(start(), ending, errno));
      request.destroy();
    };
    const cancelDeadline = afterReading(withinMs, 2, () => finish("timeout"));
    const request = startRequest({
      method,
      path,
      headers: {
        host,
        accept: "*/*",
        "user-agent": "portmatrix",
        ...(method === "POST" ? { "content-length": 0 } : {}),
      },
      setHost: false,
      insecureHTTPParser: true, // what is not quite HTTP is evidence, too
      maxHeaderSize: mostHeadBytes,
      createConnection: () => socket,
    });
    request.on("response", (incoming) => {
      response = incoming;
      incoming.on("data", (chunk: Buffer) => {
        body.push(chunk);
        bodyBytes += chunk.length;
        if (bodyBytes >= mostBodyBytes) finish("closed");
      });
      incoming.once("end", () => finish("closed")).once("error", () => finish("reset"));
    });
    request.on("upgrade", (incoming) => {
      response = incoming;
      finish("closed");
    });
    request.on("error", (error) => {
      const errno = errnoOf(error);
      finish(errno === "ECONNRESET" && error.message === "socket hang up" ? "closed" : "reset", errno);
    });
    request.once("close", () => finish("closed"));
    request.once("socket", () => socket.resume()); // it was paused, and now the parser listens
    request.end();
  });
}

/** Keeps the first bytes of what comes, beside the parser, which does not say what it could not read. */
function listenToStart(socket: TcpSocket): () => Buffer {
  let held = Buffer.alloc(0);
  const hold = (chunk: Buffer) => {
    held = Buffer.concat([held, chunk.subarray(0, mostHeldBytes - held.length)]);
    if (held.length >= mostHeldBytes) socket.off("data", hold);
  };
  socket.on("data", hold);
  return () => held;
}

/** What an answer was whose head did not come to its end. */
function readStart(bytes: Buffer, ending: "closed" | "reset" | "timeout", errno: string | undefined): HttpAnswer {
  if (bytes.length === 0) return { kind: ending, ...(errno === undefined ? {} : { errno }) };
  const line = readHttpStatusLine(bytes);
  if (line === undefined) return { kind: "foreign", bytes };
  return { kind: "answered", status: line.status, headers: {}, body: Buffer.alloc(0) };
}
