import { isSameButZone } from "../../model/address/ip-literal.ts";
import { here } from "../../sockets/here.ts";
import type { DatagramMode, DatagramSocket, Received, SocketError } from "../../sockets/sockets.ts";
import { unlessWitnessed } from "../witness/errno-or-witness.ts";
import type { InFlight } from "../flight/in-flight.ts";
import type { Tries } from "../flight/tries.ts";
import { readIcmpError } from "../kernel/icmp-meaning.ts";
import { errnoOf, explainError, explainLocalError, leavesFirstTry } from "../kernel/network-error.ts";
import type { Seen } from "../flight/prober.ts";
import { type Watch, compareQuoted, watchErrors } from "../witness/witness.ts";

/** What a probe sends from. `send` always goes to the probed address and port, and gives what an answer to the second try shows. */
export interface Carrier {
  send(bytes: Uint8Array): Tries;
  localPort(): number | undefined;
}

/** A datagram socket that lives as long as its probe. */
export interface ProbeSocket extends Carrier {
  local: DatagramSocket["local"];
}

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
 * Settles a probe with what an error of a datagram socket means, or with what the witness receives. What keeps this machine
 * from asking again settles nothing where a question has left, nor does an error that the witness knows to be forged:
 * the kernel compares no more than addresses and ports (`__udp4_lib_err` in net/ipv4/udp.c).
 */
export function failDatagram(error: SocketError, sending: Sending): void {
  const { flight, isNoted } = sending;
  if (flight.hasEnded() || sending.isExplained === false || isForged(error, sending)) return;
  if (leavesFirstTry(errnoOf(error), flight, isNoted)) return;
  sending.isExplained = false;
  flight.settleWith(explain(error, sending));
}

/** An error that quotes what never left is somebody's who does not see our packets. It decides nothing. */
function isForged({ icmp }: SocketError, { flight, datagrams }: Sending): boolean {
  if (icmp === undefined || icmp === "none" || compareQuoted(icmp.quoted, datagrams) !== "differs") return false;
  flight.doubt({ reporter: icmp.sender, icmpCode: `${icmp.type}/${icmp.code}` });
  return true;
}

async function explain(error: SocketError, sending: Sending): Promise<Seen | undefined> {
  const seen = await explainDatagramError(error, sending);
  sending.isExplained = true;
  return seen;
}

async function explainDatagramError(
  error: SocketError,
  { flight, sentAtMs, watch, isConnected }: Sending,
): Promise<Seen | undefined> {
  const { context } = flight;
  const { icmp, afterMs: elapsedMs = flight.elapsedMs() - sentAtMs } = error;
  if (icmp !== undefined && icmp !== "none") {
    const isEnd = readIcmpError(context.family, icmp.type, icmp.code) !== undefined;
    return isEnd ? explainError(error, context, elapsedMs) : undefined;
  }
  if (!isConnected && icmp === undefined && error.isOfAnyCode !== true)
    return explainLocalError(error, context, elapsedMs);
  const seen = await explainError(error, context, elapsedMs);
  // A socket that asks for the errors themselves is told of those as well that are not fatal (ip(7), IP_RECVERR).
  const isOfAnyCode = icmp === "none" || error.isOfAnyCode === true;
  return unlessWitnessed(isOfAnyCode ? seen : readFatal(seen, context.family), watch);
}

/**
 * Opens a socket for one probe, closes it when the probe ends, and settles the probe with what a socket error means,
 * or what the witness receives (docs/notes/linux-network.md#what-a-socket-is-told). `onReady` is called when the socket
 * may send.
 */
export function openDatagram(
  flight: InFlight,
  port: number,
  mode: DatagramMode,
  onReady: (ready: ProbeSocket) => void,
  onReceived: (received: Received) => void,
): void {
  const { address, family, sockets = here } = flight.context;
  const sending: Sending = {
    flight,
    sentAtMs: flight.elapsedMs(),
    isNoted: false,
    isConnected: mode !== "unconnected",
    watch: undefined,
    datagrams: [],
  };
  const send = (bytes: Uint8Array) => {
    if (flight.hasEnded()) return {};
    const again = noteSending(sending, bytes);
    socket.send(bytes);
    return again;
  };
  const ready = () => {
    if (flight.hasEnded()) return;
    const localPort = () => socket.local().port;
    const sentAtMs = () => sending.sentAtMs;
    const sent = () => sending.datagrams;
    sending.watch = watchErrors(flight, { transport: "udp", port, sourcePort: localPort, sentAtMs, sent });
    onReady({ send, localPort, local: () => socket.local() });
  };
  const socket = sockets.openDatagram({ address, port, family }, mode, {
    onReady: ready,
    onReceived: (received) => {
      if (flight.hasEnded() || flight.isLate()) return;
      onReceived(isSameButZone(received.from, address) ? { ...received, from: address } : received);
    },
    onError: (error) => failDatagram(error, sending),
  });
  flight.onEnd(() => socket.close());
}
