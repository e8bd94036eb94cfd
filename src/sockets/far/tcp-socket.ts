import { Duplex } from "node:stream";
import type { Handshake, SocketError, TcpSocket } from "../sockets.ts";
import { type FarSubscriber, socketError } from "./subscriber.ts";
import type { FarMessage } from "./message.ts";

/** So many bytes may be on their way here; no more is taken in, whatever the peer sends. */
const windowBytes = 64 * 1024;

/** A worker takes no longer orders than this by far; the next one waits until these bytes are sent. */
const mostPerOrder = 32 * 1024;

/** A TCP connection of another machine, with back-pressure both ways. It behaves as a socket of `node:net` does. */
export class FarTcpSocket extends Duplex implements TcpSocket, FarSubscriber {
  connecting = true;
  localAddress: string | undefined;
  localPort: number | undefined;
  bytesWritten = 0;
  measured: Handshake | undefined;
  private readonly order: (word: string, ...more: readonly (string | number)[]) => void;
  private readonly forget: () => void;
  /** Bytes that may still come before more are asked for. */
  private credit = 0;
  private written: (() => void) | undefined;
  private isGone = false;

  constructor(order: FarTcpSocket["order"], forget: () => void) {
    super({ allowHalfOpen: true, readableHighWaterMark: windowBytes });
    this.order = order;
    this.forget = forget;
  }

  /** False for what no worker would say here. */
  hear(message: FarMessage): boolean {
    switch (message.kind) {
      case "open":
        if (!this.connecting) return false;
        this.connecting = false;
        this.localAddress = message.address;
        this.localPort = message.port;
        this.measured = { rttMs: message.rttMs, retransmits: message.retransmits };
        this.emit("connect");
        return true;
      case "data":
        if (this.connecting || message.bytes.length === 0 || message.bytes.length > this.credit) return false;
        this.credit -= message.bytes.length;
        this.push(message.bytes);
        return true;
      case "end":
        if (this.connecting) return false;
        this.credit = 0;
        this.push(null);
        return true;
      case "sent":
        if (this.written === undefined) return false;
        this.finishWrite();
        return true;
      case "error":
        this.fail(socketError(message));
        return true;
      default:
        return false;
    }
  }

  /** It is over on the other side already. */
  private fail(error: SocketError): void {
    this.isGone = true;
    this.destroy(error);
  }

  private finishWrite(): void {
    const { written } = this;
    this.written = undefined;
    written?.();
  }

  resetAndDestroy(): this {
    if (!this.isGone) this.order("reset");
    this.isGone = true;
    return this.destroy();
  }

  override _read(): void {
    const wanted = windowBytes - this.credit;
    if (wanted === 0 || this.isGone) return;
    this.credit = windowBytes;
    this.order("more", wanted);
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.writePart(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk, done);
  }

  private writePart(bytes: Buffer, done: () => void): void {
    if (bytes.length === 0) return done();
    const part = bytes.subarray(0, mostPerOrder);
    this.bytesWritten += part.length;
    this.written = () => this.writePart(bytes.subarray(part.length), done);
    this.order("data", part.toString("hex"));
  }

  override _final(done: () => void): void {
    if (!this.isGone) this.order("end");
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.isGone) this.order("close");
    this.isGone = true;
    this.connecting = false;
    this.forget();
    this.written = undefined;
    done(error);
  }
}
