import { type Socket, createSocket } from "node:dgram";
import { isSameButZone } from "../../model/address/ip-literal.ts";
import { unlessWitnessed } from "../witness/errno-or-witness.ts";
import type { InFlight } from "../flight/in-flight.ts";
import type { Tries } from "../flight/tries.ts";
import { errnoOf, explainError, explainLocalError, leavesFirstTry } from "../kernel/network-error.ts";
import type { Seen } from "../flight/prober.ts";
import { type Watch, watchErrors } from "../witness/witness.ts";

/** One datagram as it came in; `from` and `port` are its source. */
export interface Received {
  bytes: Buffer;
  from: string;
  port: number;
}

/** What a probe sends from. `send` always goes to the probed address and port, and gives what an answer to the second try shows. */
export interface Carrier {
  send(bytes: Uint8Array): Tries;
  localPort(): number | undefined;
}

/** A datagram socket that lives as long as its probe. */
export interface DatagramSocket extends Carrier {
  socket: Socket;
}

/**
 * Who is heard. `connected`: only the address and port that are asked, and ICMP errors (udp(7)). `unconnected`: everybody,
 * and no errors. `both`: two sockets on one port, of which the kernel prefers the connected one for what it fits
 * (`compute_score` in net/ipv4/udp.c), so everybody is heard, and errors too.
 */
export type DatagramMode = "connected" | "unconnected" | "both";

/** How long a probe waits before it asks again from another port: at least a second where the deadline allows it. */
export function secondTryDelayMs(timeoutMs: number): number {
  return Math.max(Math.min(1_000, timeoutMs * 0.6), timeoutMs * 0.4);
}

/**
 * A plain host-unreachable is no error to a UDP socket over IPv4, only a fatal code is, and the fatal codes behind
 * EHOSTUNREACH (10, 13, 14, 15) all prohibit (`icmp_err_convert` and `__udp4_lib_err`, net/ipv4/{icmp,udp}.c). So the
 * errno, ambiguous for TCP, is not for UDP. Network-unreachable stays as it is: unknown network (6) is fatal as well.
 */
export function readFatal(seen: Seen, family: 4 | 6): Seen {
  const { outcome, evidence } = seen;
  const isFatal = family === 4 && outcome.kind === "unreachable" && evidence.errno === "EHOSTUNREACH";
  return isFatal ? { outcome: { kind: "prohibited", rttMs: outcome.rttMs }, evidence } : seen;
}

/** A datagram that left, or did not. */
export interface Sending {
  flight: InFlight;
  sentAtMs: number;
  /** False before anything was sent, e.g. while a socket is opened. */
  isNoted: boolean;
  /** Only a connected socket learns of ICMP errors; what any other one fails with comes from this machine (udp(7)). */
  isConnected: boolean;
  watch: Watch | undefined;
  /** False while it is found out what an error means; the next one means the same, or nothing. */
  isExplained?: boolean;
  /** What left, the last few. */
  datagrams: readonly Uint8Array[];
}

const mostDatagrams = 4;

/** To be called as a datagram is handed to the kernel; gives what its answer shows if it is the second try. */
export function noteSending(sending: Sending, bytes: Uint8Array): Tries {
  sending.datagrams = [...sending.datagrams.slice(1 - mostDatagrams), bytes];
  sending.sentAtMs = sending.flight.elapsedMs();
  sending.isNoted = true;
  return sending.flight.noteSent();
}

/**
 * Settles a probe with what an error of a datagram socket means, or with what the witness hears. What keeps this machine
 * from asking again settles nothing where a question has left, nor does an error that the witness knows to be forged:
 * the kernel compares no more than addresses and ports (`__udp4_lib_err` in net/ipv4/udp.c).
 */
export function failDatagram(error: Error, sending: Sending): void {
  const { flight, isNoted } = sending;
  if (flight.hasEnded() || sending.isExplained === false) return;
  if (leavesFirstTry(errnoOf(error), flight, isNoted)) return;
  sending.isExplained = false;
  flight.settleWith(explain(error, sending));
}

async function explain(error: Error, sending: Sending): Promise<Seen | undefined> {
  const seen = await explainDatagramError(error, sending);
  sending.isExplained = true;
  return seen;
}

async function explainDatagramError(
  error: Error,
  { flight, sentAtMs, watch, isConnected }: Sending,
): Promise<Seen | undefined> {
  const { context } = flight;
  const elapsedMs = flight.elapsedMs() - sentAtMs;
  if (!isConnected) return explainLocalError(error, context, elapsedMs);
  return unlessWitnessed(readFatal(await explainError(error, context, elapsedMs), context.family), watch);
}

/**
 * Opens a socket for one probe, closes it when the probe ends, and settles the probe with what a socket error means,
 * or what the witness hears (docs/notes/linux-network.md#what-a-socket-is-told). `onReady` is called when the socket
 * may send.
 */
export function openDatagram(
  flight: InFlight,
  port: number,
  mode: DatagramMode,
  onReady: (ready: DatagramSocket) => void,
  onReceived: (received: Received) => void,
): void {
  const { address, family } = flight.context;
  const reuseAddr = mode === "both";
  const open = () => createSocket({ type: family === 4 ? "udp4" : "udp6", reuseAddr });
  const socket = open();
  const sockets = mode === "both" ? [socket, open()] : [socket];
  flight.onEnd(() => sockets.forEach((each) => each.close()));
  const isConnected = mode !== "unconnected";
  const sending: Sending = {
    flight,
    sentAtMs: flight.elapsedMs(),
    isNoted: false,
    isConnected,
    watch: undefined,
    datagrams: [],
  };
  const fail = (error: Error) => failDatagram(error, sending);
  const sent = (error: Error | null) => {
    if (error !== null) fail(error);
  };
  for (const each of sockets) {
    each.on("error", fail);
    each.on("message", (bytes, source) => {
      const from = isSameButZone(source.address, address) ? address : source.address;
      if (!flight.hasEnded() && !flight.isLate()) onReceived({ bytes, from, port: source.port });
    });
  }
  const send = (bytes: Uint8Array) => {
    if (flight.hasEnded()) return {};
    const again = noteSending(sending, bytes);
    if (mode === "unconnected") socket.send(bytes, port, address, sent);
    else socket.send(bytes, sent);
    return again;
  };
  const ready = () => {
    if (flight.hasEnded()) return;
    const localPort = () => socket.address().port;
    const sentAtMs = () => sending.sentAtMs;
    const sent = () => sending.datagrams;
    sending.watch = watchErrors(flight, { transport: "udp", port, sourcePort: localPort, sentAtMs, sent });
    onReady({ socket, send, localPort });
  };
  const connect = () => {
    if (flight.hasEnded()) return;
    socket.once("connect", ready);
    socket.connect(port, address);
  };
  const [, wide] = sockets;
  if (mode === "connected") connect();
  else if (wide === undefined) socket.bind({ port: 0, exclusive: true }, ready);
  else {
    wide.bind({ port: 0, exclusive: true }, () => {
      if (!flight.hasEnded()) socket.bind({ port: wide.address().port, exclusive: true }, connect);
    });
  }
}
