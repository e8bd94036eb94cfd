import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterReading } from "../../src/probe/flight/deadline.ts";

/** What the far end does with its `nth` connection, counted from 1. */
export type Behaviour = (socket: Socket, nth: number) => void;

/** Says something right after the handshake and stays. */
export const says =
  (bytes: string | Uint8Array): Behaviour =>
  (socket) =>
    void socket.write(bytes);

/** Answers whatever comes first, and closes. */
export const answers =
  (reply: string | Uint8Array | ((question: Buffer) => string | Uint8Array)): Behaviour =>
  (socket) =>
    void socket.once("data", (question: Buffer) => socket.end(typeof reply === "function" ? reply(question) : reply));

/** The TCP connection under a TLS one, which alone can be reset. Whoever opens TLS writes it down. */
export const beneath = new WeakMap<Socket, Socket>();
const reset = (socket: Socket) => void (beneath.get(socket) ?? socket).resetAndDestroy();

/** Sends the beginning of an answer and resets in the middle of it. */
export const breaksOff =
  (bytes: string | Uint8Array): Behaviour =>
  (socket) => {
    socket.write(bytes);
    afterReading(60, 0, () => reset(socket)); // not before the other side has read
  };

/** Sends the same byte for ever, as fast as it is taken. */
export const endless =
  (text = "A"): Behaviour =>
  (socket) => {
    const chunk = text.repeat(65_536);
    const more = () => {
      while (socket.writable && socket.write(chunk));
    };
    socket.on("drain", more);
    more();
  };

/** Sends one byte of a text every 5 ms, again and again. */
export const drips =
  (text: string): Behaviour =>
  async (socket) => {
    for (let at = 0; socket.writable; at += 1) {
      socket.write(text[at % text.length] ?? "");
      await sleep(5);
    }
  };

export const closes: Behaviour = (socket) => void socket.end();
/** Resets a moment after the handshake, so that the other side gets to see one. */
export const resets: Behaviour = (socket) => void afterReading(30, 0, () => reset(socket));
export const closesWhenAsked: Behaviour = (socket) => void socket.once("data", () => socket.end());
export const resetsWhenAsked: Behaviour = (socket) => void socket.once("data", () => reset(socket));
export const silent: Behaviour = () => undefined;

/** The first connection gets one behaviour, the later ones another. */
export const first =
  (one: Behaviour, later: Behaviour): Behaviour =>
  (socket, nth) =>
    (nth === 1 ? one : later)(socket, nth);
