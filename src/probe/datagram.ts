import { type Socket, createSocket } from "node:dgram";
import { unlessWitnessed } from "./errno-or-witness.ts";
import type { InFlight } from "./in-flight.ts";
import { explainError } from "./network-error.ts";
import type { Seen } from "./prober.ts";
import { type Watch, watchErrors } from "./witness.ts";

/** One datagram as it came in; `from` and `port` are its source. */
export interface Received {
  bytes: Buffer;
  from: string;
  port: number;
}

/** What a probe sends from. `send` always goes to the probed address and port. */
export interface Carrier {
  send(bytes: Uint8Array): void;
  localPort(): number | undefined;
}

/** A datagram socket that lives as long as its probe. */
export interface DatagramSocket extends Carrier {
  socket: Socket;
}

/** How long a probe waits before it asks again from another port: at least a second where the deadline allows it. */
export function secondTryDelayMs(timeoutMs: number): number {
  return Math.max(Math.min(1_000, timeoutMs * 0.6), timeoutMs * 0.4);
}

/** Nothing came back. That a second question was sent counts as a second try if it was a second later or more. */
export function silentFor(waitedMs: number, askedAgainAfterMs: number | undefined): Seen {
  const wasTriedTwice = askedAgainAfterMs !== undefined && askedAgainAfterMs >= 1_000;
  return { outcome: { kind: "silent", waitedMs }, evidence: wasTriedTwice ? { tries: 2 } : {} };
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

/**
 * What an error of a datagram socket means for the probe that sent at `sentAtMs`, or what the witness hears. Never
 * rejects.
 */
export async function explainDatagramError(
  error: Error,
  flight: InFlight,
  sentAtMs: number,
  watch: Watch | undefined,
): Promise<Seen> {
  const { context } = flight;
  const seen = await explainError(error, context, flight.elapsedMs() - sentAtMs);
  return unlessWitnessed(readFatal(seen, context.family), watch);
}

/**
 * Opens a socket for one probe, closes it when the probe ends, and settles the probe with what a socket error means,
 * or what the witness hears.
 * A connected socket learns of ICMP errors but drops answers from other addresses; an unconnected one is the reverse
 * (udp(7); facts/network.md §1). `onReady` is called when the socket may send.
 */
export function openDatagram(
  flight: InFlight,
  port: number,
  mode: "connected" | "unconnected",
  onReady: (ready: DatagramSocket) => void,
  onReceived: (received: Received) => void,
): void {
  const { address, family } = flight.context;
  const socket = createSocket(family === 4 ? "udp4" : "udp6");
  flight.onEnd(() => socket.close());
  let sentAtMs = flight.elapsedMs();
  let watch: Watch | undefined;
  const fail = (error: Error) => {
    if (!flight.hasEnded()) flight.settleWith(explainDatagramError(error, flight, sentAtMs, watch));
  };
  const sent = (error: Error | null) => {
    if (error !== null) fail(error);
  };
  socket.on("error", fail);
  socket.on("message", (bytes, source) => {
    if (!flight.hasEnded()) onReceived({ bytes, from: source.address, port: source.port });
  });
  const send = (bytes: Uint8Array) => {
    if (flight.hasEnded()) return;
    sentAtMs = flight.elapsedMs();
    if (mode === "connected") socket.send(bytes, sent);
    else socket.send(bytes, port, address, sent);
  };
  const ready = () => {
    if (flight.hasEnded()) return;
    const localPort = () => socket.address().port;
    watch = watchErrors(flight, { transport: "udp", port, sourcePort: localPort, sentAtMs: () => sentAtMs });
    onReady({ socket, send, localPort });
  };
  if (mode === "connected") {
    socket.once("connect", ready);
    socket.connect(port, address);
  } else {
    socket.bind({ port: 0, exclusive: true }, ready);
  }
}
