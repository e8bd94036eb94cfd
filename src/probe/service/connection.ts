import type { Socket } from "node:net";
import { type TLSSocket, connect as connectTls } from "node:tls";
import { errnoOf } from "../network-error.ts";

/** Why reading ended: `enough` came, the peer ended its side, it reset, too many bytes, or the time was over. */
export interface Received {
  bytes: Buffer;
  ending: "enough" | "closed" | "reset" | "limit" | "timeout";
  /** From the call to the first byte; absent if none came. */
  firstByteMs?: number;
}

/** How a TLS handshake went. `alert` is OpenSSL's word for what stopped it, e.g. `ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION`. */
export type TlsOpening =
  | { kind: "secured"; connection: Connection; socket: TLSSocket }
  | { kind: "failed"; alert: string }
  | { kind: "closed" | "reset" | "timeout" };

/** What a TLS client offers and shows. Certificates are never verified here: they are evidence. */
export interface TlsOffer {
  servername?: string;
  alpnProtocols?: readonly string[];
  withinMs: number;
}

/** The second connection could not be opened. */
export type NotConnected = { kind: "not-connected"; errno: string };

/** One open connection, plain or TLS, as a service prober uses it. It is closed with the probe, not by the prober. */
export interface Connection {
  readonly kind: "connected";
  write(bytes: string | Uint8Array): void;
  /** Ends this side of the connection after what was written (half-close). */
  end(): void;
  /** Reads until `isEnough` says so, the peer ends, `mostBytes` or `withinMs`. What came earlier and was not taken counts. */
  read(wanted: { isEnough: (bytes: Buffer) => boolean; mostBytes?: number; withinMs: number }): Promise<Received>;
  /** Makes a TLS client of this connection. Nothing that was written or read before may be pending. */
  startTls(offer: TlsOffer): Promise<TlsOpening>;
  close(): void;
}

const mostBytesDefault = 16_384;

/** Wraps a connected socket. From now on its errors and its end are what `read` and `startTls` report. */
export function openConnection(socket: Socket): Connection {
  let held: Buffer = Buffer.alloc(0);
  let over: "closed" | "reset" | undefined;
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
  const onError = () => {
    over = "reset";
    wake();
  };
  socket.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onError);
  socket.pause();

  return {
    kind: "connected",
    write: (bytes) => void (socket.writable && socket.write(bytes)),
    end: () => void socket.end(),
    close: () => void socket.destroy(),
    read: ({ isEnough, mostBytes = mostBytesDefault, withinMs }) =>
      new Promise((resolve) => {
        const startedAt = performance.now();
        let firstByteMs: number | undefined;
        const finish = (ending: Received["ending"]) => {
          clearTimeout(timer);
          wake = () => undefined;
          const bytes = held.subarray(0, mostBytes);
          held = Buffer.alloc(0);
          resolve({ bytes, ending, ...(firstByteMs === undefined ? {} : { firstByteMs }) });
        };
        const look = () => {
          if (held.length > 0) firstByteMs ??= performance.now() - startedAt;
          if (held.length > 0 && isEnough(held)) finish("enough");
          else if (held.length >= mostBytes) finish("limit");
          else if (over !== undefined) finish(over);
          else socket.resume();
        };
        const timer = setTimeout(() => finish("timeout"), Math.max(0, withinMs));
        wake = look;
        look();
      }),
    startTls: (offer) => {
      socket.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onError);
      return secure(socket, offer);
    },
  };
}

/** Old protocol versions and ciphers are offered too: what the other side can do is a fact, not a risk (no secret is sent). */
function secure(socket: Socket, { servername, alpnProtocols, withinMs }: TlsOffer): Promise<TlsOpening> {
  return new Promise((resolve) => {
    const tls = connectTls({
      socket,
      rejectUnauthorized: false,
      minVersion: "TLSv1",
      ciphers: "DEFAULT@SECLEVEL=0",
      ...(servername === undefined ? {} : { servername }),
      ...(alpnProtocols === undefined ? {} : { ALPNProtocols: [...alpnProtocols] }),
    });
    const finish = (opening: TlsOpening) => {
      clearTimeout(timer);
      tls.off("secureConnect", secured).off("end", closed).off("close", closed).off("error", failed);
      tls.on("error", () => undefined); // what comes later is nobody's news
      resolve(opening);
    };
    const secured = () => finish({ kind: "secured", connection: openConnection(tls), socket: tls });
    const closed = () => finish({ kind: "closed" });
    const failed = (error: Error) => {
      const errno = errnoOf(error);
      if (errno === "ECONNRESET" && /before secure TLS connection/.test(error.message)) finish({ kind: "closed" });
      else finish(errno === "ECONNRESET" || errno === "EPIPE" ? { kind: "reset" } : { kind: "failed", alert: errno });
    };
    const timer = setTimeout(() => finish({ kind: "timeout" }), Math.max(0, withinMs));
    tls.once("secureConnect", secured).once("end", closed).once("close", closed).once("error", failed);
  });
}
