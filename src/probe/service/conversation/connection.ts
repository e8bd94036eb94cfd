import { type TLSSocket, connect as connectTls } from "node:tls";
import type { CertificateFacts } from "../../../model/service-evidence.ts";
import { afterReading } from "../../flight/deadline.ts";
import { errnoOf } from "../../kernel/network-error.ts";
import { certificateOf } from "./certificate.ts";
import { tap } from "./tap.ts";
import { type WireLog, logWire } from "./wire-log.ts";
import type { TcpSocket } from "../../../sockets/sockets.ts";

/** Why reading ended: `enough` came, the peer ended its side, it reset, too many bytes, or the time was over. */
export interface Received {
  bytes: Buffer;
  ending: "enough" | "closed" | "reset" | "limit" | "timeout";
  /** Only with `reset`: `ECONNRESET`, or the TLS alert that came instead, e.g. `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`. */
  errno?: string;
  /** From the call to the first byte; absent if none came. */
  firstByteMs?: number;
}

/**
 * How a TLS handshake went. `alert` is OpenSSL's word for what stopped it, e.g. `ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION`;
 * the certificate is there if the handshake came far enough to show it, as with a server that demands one of ours.
 * `answered` is the beginning of what came in, as it came over the wire: TLS records, or what another service said.
 */
export type TlsOpening =
  | { kind: "secured"; connection: Connection; socket: TLSSocket; certificate?: CertificateFacts }
  | { kind: "failed"; alert: string; answered: Buffer; certificate?: CertificateFacts }
  | { kind: "closed" | "reset" | "timeout" };

/** What a TLS client offers and shows. The handshake goes on whatever the certificate is: it is evidence. */
export interface TlsOffer {
  servername?: string;
  /** Certificates of the authorities (PEM) against which `socket.authorized` is decided; default: Node's. */
  authorities?: readonly string[];
  alpnProtocols?: readonly string[];
  withinMs: number;
}

/** The second connection could not be opened. */
export type NotConnected = { kind: "not-connected"; errno: string };

/** One open connection, plain or TLS, as a service prober uses it. It is closed with the probe, not by the prober. */
export interface Connection {
  readonly kind: "connected";
  readonly log: WireLog;
  write(bytes: string | Uint8Array): void;
  /** Ends this side of the connection after what was written (half-close). */
  end(): void;
  /** Reads until `isEnough` says so, the peer ends, `mostBytes` or `withinMs`. What came earlier and was not taken counts. */
  read(wanted: { isEnough: (bytes: Buffer) => boolean; mostBytes?: number; withinMs: number }): Promise<Received>;
  /** Makes a TLS client of this connection. Nothing that was written before may be pending. */
  startTls(offer: TlsOffer): Promise<TlsOpening>;
  /** Gives the socket away, to a library that reads and writes by itself; this connection must not be used afterwards. */
  handOver(): TcpSocket;
  close(): void;
}

const mostBytesDefault = 16_384;
/** A process that was starved at a deadline waits a little longer for answers that it may have delayed itself. */
const gracesAtDeadline = 2;

/** Wraps a connected socket. From now on its errors and its end are what `read` and `startTls` report. */
export function openConnection(socket: TcpSocket): Connection {
  const log = logWire(socket);
  let held: Buffer = Buffer.alloc(0);
  let over: "closed" | "reset" | undefined = !socket.destroyed ? undefined : socket.errored ? "reset" : "closed";
  let errno = socket.errored ? errnoOf(socket.errored) : undefined;
  let wake: () => void = () => undefined;
  const onData = (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    socket.pause(); // one chunk at a time: an endless stream fills no memory
    wake();
  };
  const onEnd = () => {
    over ??= "closed";
    wake();
  };
  const onError = (error: Error) => {
    if (over === undefined) {
      over = "reset";
      errno = errnoOf(error);
    }
    wake();
  };
  const letGo = () => {
    socket.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onError);
    socket.on("error", () => undefined); // an error without a listener would end the process
  };
  socket.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onError);
  socket.pause();

  return {
    kind: "connected",
    log,
    write: (bytes) => void (socket.writable && socket.write(bytes)),
    end: () => void socket.end(),
    close: () => void socket.destroy(),
    read: ({ isEnough, mostBytes = mostBytesDefault, withinMs }) =>
      new Promise((resolve) => {
        const startedAt = performance.now();
        let firstByteMs: number | undefined;
        const finish = (ending: Received["ending"]) => {
          cancelDeadline();
          wake = () => undefined;
          const bytes = held.subarray(0, mostBytes);
          held = held.subarray(mostBytes);
          resolve({
            bytes,
            ending,
            ...(ending !== "reset" || errno === undefined ? {} : { errno }),
            ...(firstByteMs === undefined ? {} : { firstByteMs }),
          });
        };
        const look = () => {
          if (held.length > 0) firstByteMs ??= performance.now() - startedAt;
          if (held.length > 0 && isEnough(held)) finish("enough");
          else if (held.length >= mostBytes) finish("limit");
          else if (over !== undefined) finish(over);
          else socket.resume();
        };
        const cancelDeadline = afterReading(Math.max(0, withinMs), gracesAtDeadline, () => finish("timeout"));
        wake = look;
        look();
      }),
    startTls: (offer) => {
      letGo();
      log.tls = "begun";
      if (over !== undefined && held.length === 0) return Promise.resolve({ kind: over });
      return secure(socket, held, offer).then((opening) => {
        if (opening.kind === "secured") log.tls = "secured";
        return opening;
      });
    },
    handOver: () => {
      letGo();
      if (held.length > 0) socket.unshift(held);
      return socket;
    },
  };
}

/** Old protocol versions and ciphers are offered too: what the other side can do is a fact, not a risk (no secret is sent). */
function secure(socket: TcpSocket, early: Buffer, offer: TlsOffer): Promise<TlsOpening> {
  const { servername, authorities, alpnProtocols, withinMs } = offer;
  return new Promise((resolve) => {
    const { stream, answered } = tap(socket, early);
    const tls = connectTls({
      socket: stream,
      rejectUnauthorized: false,
      minVersion: "TLSv1",
      ciphers: "DEFAULT@SECLEVEL=0",
      ...(servername === undefined ? {} : { servername }),
      ...(authorities === undefined ? {} : { ca: [...authorities] }),
      ...(alpnProtocols === undefined ? {} : { ALPNProtocols: [...alpnProtocols] }),
    });
    let certificate: CertificateFacts | undefined;
    // Keys are made after the certificate was read and before the server can refuse ours. It is gone with the socket.
    const look = () => (certificate = certificateOf(tls) ?? certificate);
    const finish = (opening: TlsOpening) => {
      cancelDeadline();
      tls.off("secureConnect", secured).off("end", closed).off("close", closed).off("error", failed);
      tls.off("keylog", look);
      tls.on("error", () => undefined); // what comes later is nobody's news
      resolve(opening);
    };
    const shown = () => (certificate === undefined ? {} : { certificate });
    const secured = () => {
      look();
      finish({ kind: "secured", connection: openConnection(tls), socket: tls, ...shown() });
    };
    const closed = () => finish({ kind: "closed" });
    const failed = (error: Error) => {
      const errno = errnoOf(error);
      if (errno === "ECONNRESET" && /before secure TLS connection/.test(error.message)) closed();
      else if (errno === "ECONNRESET" || errno === "EPIPE") finish({ kind: "reset" });
      else finish({ kind: "failed", alert: errno, answered: answered(), ...shown() });
    };
    const cancelDeadline = afterReading(Math.max(0, withinMs), gracesAtDeadline, () => finish({ kind: "timeout" }));
    tls.on("keylog", look);
    tls.once("secureConnect", secured).once("end", closed).once("close", closed).once("error", failed);
  });
}
