import { type Socket, createSocket } from "node:dgram";
import { type SnmpMessage, decodeSnmpMessage } from "../../wire/snmp/get.ts";
import { type SnmpV3Message, decodeSnmpV3 } from "../../wire/snmp/v3.ts";
import type { Received } from "../../sockets/sockets.ts";
import { type Carrier, type Sending, failDatagram, noteSending, openDatagram } from "../udp/datagram.ts";
import type { InFlight } from "../flight/in-flight.ts";
import type { ProbeContext } from "../flight/prober.ts";
import { isListening, watchErrors } from "../witness/witness.ts";

/** One datagram and what it says in the language of SNMP, if it says anything. */
export interface SnmpReceived extends Received {
  message?: SnmpMessage;
  engine?: SnmpV3Message | undefined;
}

/** A place on a socket for one probe. What answers an expected id belongs to it, wherever it comes from. */
export interface SnmpCarrier extends Carrier {
  expect(id: number): void;
}

/**
 * How many probes share a socket at a time. Node reads 32 datagrams of a socket for each turn of the event loop
 * (`uv__udp_recvmsg`), and a deadline lets two turns pass, so what came in time is read in time. The smallest receive
 * buffer that is usual, 212,992 bytes, holds the answers many times over (about 800 bytes each, as the kernel counts).
 */
const seatsPerSocket = 64;
/** Then a socket takes no more, so that source ports stay fresh and its memory of places small. */
const mostUses = 1_024;
const receiveBufferBytes = 1024 * 1024;

interface Subscriber {
  flight: InFlight;
  onReceived(received: SnmpReceived): void;
  fail(error: Error): void;
}

interface SharedSocket {
  socket: Socket;
  port: number | undefined;
  /** Everything that was ever asked from here: no place twice, so that nothing late is taken for another's. */
  asked: Set<string>;
  /** Who uses it now, by place and by the id of the request. */
  places: Map<string, Subscriber>;
  /** The ids of probes that have ended stand there without a subscriber, so that a late answer is nobody's. */
  ids: Map<number, Subscriber | undefined>;
  /** It failed: those who use it are told, and nobody else gets a subscriber. */
  isBroken: boolean;
}

/** Sockets with a free subscriber, by family; the last one is asked first. */
const roomy = { 4: [] as SharedSocket[], 6: [] as SharedSocket[] };

/**
 * Whether probes to an address may share sockets: only where the witness receives ICMP errors, of which an unconnected
 * socket learns nothing. An error quotes an address without its zone, so the witness would not find its probe.
 */
export const canShare = ({ address, family, sockets }: ProbeContext): boolean =>
  sockets === undefined && isListening(family) && !address.includes("%");

/**
 * Gives a probe something to send from until it ends; `onReceived` gets what belongs to it. `shared` is a subscriber on an
 * unconnected socket, which also receives from a multihomed agent's other addresses; the others are sockets of its own.
 */
export function openSnmpCarrier(
  flight: InFlight,
  port: number,
  kind: "shared" | "connected" | "unconnected" | "both",
  onReady: (carrier: SnmpCarrier) => void,
  onReceived: (received: SnmpReceived) => void,
): void {
  if (kind === "shared") {
    onReady(subscribe(flight, port, onReceived));
    return;
  }
  openDatagram(
    flight,
    port,
    kind,
    ({ send, localPort }) => onReady({ send, localPort, expect: () => undefined }),
    (received) => onReceived(readDatagram(received)),
  );
}

function readDatagram(received: Received): SnmpReceived {
  const { buffer, byteOffset, length } = received.bytes;
  const bytes = new Uint8Array(buffer, byteOffset, length); // parts of a Buffer cost several times as much
  const message = decodeSnmpMessage(bytes);
  return message === undefined ? { ...received, engine: decodeSnmpV3(bytes) } : { ...received, message };
}

const endpointKey = (address: string, port: number): string => `${address} ${port}`;

function subscribe(flight: InFlight, port: number, onReceived: Subscriber["onReceived"]): SnmpCarrier {
  const { address, family } = flight.context;
  const place = endpointKey(address, port);
  const ids: number[] = [];
  const sending: Sending = {
    flight,
    sentAtMs: flight.elapsedMs(),
    isNoted: false,
    isConnected: false,
    watch: undefined,
    datagrams: [],
  };
  const fail = (error: Error) => failDatagram(error, sending);
  const subscriber: Subscriber = { flight, onReceived, fail };
  const known = roomy[family].findLast(({ asked }) => !asked.has(place));
  const shared = known ?? openShared(family);
  shared.places.set(place, subscriber);
  shared.asked.add(place);
  if (!hasRoom(shared)) forget(shared, family);
  // With its first user in place, who is told if it fails. Left to `send`, a failure would keep the socket for ever.
  if (known === undefined) shared.socket.bind({ port: 0, exclusive: true });
  flight.onEnd(() => {
    const hadRoom = hasRoom(shared);
    shared.places.delete(place);
    for (const id of ids) shared.ids.set(id, undefined);
    if (shared.places.size === 0) closeShared(shared, family);
    else if (!hadRoom && hasRoom(shared)) roomy[family].push(shared);
  });
  const localPort = () => shared.port;
  const sentAtMs = () => sending.sentAtMs;
  const datagrams = () => sending.datagrams;
  sending.watch = watchErrors(flight, { transport: "udp", port, sourcePort: localPort, sentAtMs, sent: datagrams });
  const sent = (error: Error | null) => {
    if (error !== null) fail(error);
  };
  return {
    localPort,
    expect(id) {
      ids.push(id);
      shared.ids.set(id, subscriber);
    },
    send(bytes) {
      if (flight.hasEnded() || shared.isBroken) return {};
      const again = noteSending(sending, bytes);
      shared.socket.send(bytes, port, address, sent);
      return again;
    },
  };
}

const hasRoom = ({ places, asked, isBroken }: SharedSocket) =>
  !isBroken && places.size < seatsPerSocket && asked.size < mostUses;

function openShared(family: 4 | 6): SharedSocket {
  const socket = createSocket({ type: family === 4 ? "udp4" : "udp6", lookup, recvBufferSize: receiveBufferBytes });
  const shared: SharedSocket = {
    socket,
    port: undefined,
    asked: new Set(),
    places: new Map(),
    ids: new Map(),
    isBroken: false,
  };
  socket.on("listening", () => {
    shared.port = socket.address().port;
  });
  // The kernel tells an unconnected socket nothing about the network: this one cannot be opened, or is of no more use.
  socket.on("error", (error) => {
    shared.isBroken = true;
    forget(shared, family);
    for (const { fail } of shared.places.values()) fail(error);
  });
  socket.on("message", (bytes, { address, port }) => {
    const received = readDatagram({ bytes, from: address, port });
    const id = received.message?.requestId ?? received.engine?.messageId;
    const isKnown = id !== undefined && shared.ids.has(id);
    const subscriber = isKnown ? shared.ids.get(id) : shared.places.get(endpointKey(address, port));
    if (subscriber !== undefined && !subscriber.flight.hasEnded() && !subscriber.flight.isLate())
      subscriber.onReceived(received);
  });
  roomy[family].push(shared);
  return shared;
}

function forget(shared: SharedSocket, family: 4 | 6): void {
  const at = roomy[family].indexOf(shared);
  if (at !== -1) roomy[family].splice(at, 1);
}

/** Nobody uses it any more; an open socket would keep the process alive. */
function closeShared(shared: SharedSocket, family: 4 | 6): void {
  forget(shared, family);
  shared.socket.close();
}

/** All addresses are literals: Node's own way through a name lookup would cost more than sending. */
function lookup(
  literal: string,
  _options: unknown,
  found: (error: null, address: string, family: number) => void,
): void {
  found(null, literal, 0);
}
