import type { Duplex } from "node:stream";

/** Where a socket goes; names are resolved before. */
export interface Endpoint {
  /** IP literal in canonical form, with its zone if it has one. */
  address: string;
  port: number;
  family: 4 | 6;
}

/** A TCP connection, as `node:net` makes them: `connect` comes once it is open, `error` if it does not come to that. */
export interface TcpSocket extends Duplex {
  readonly connecting: boolean;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly bytesWritten: number;
  /** What was measured where the socket is, if that is another machine. */
  readonly measured?: Handshake | undefined;
  /** Ends it with a reset, which leaves no state behind here or on the firewalls in between. */
  resetAndDestroy(): unknown;
}

export interface ConnectOptions {
  /** Answers with a smaller time to live, or hop limit, are dropped unseen. */
  leastTtl?: number | undefined;
}

/** A handshake as the kernel saw it. */
export interface Handshake {
  rttMs?: number | undefined;
  /** How often the SYN was sent again. */
  retransmits: number;
}

/**
 * Whose packets are received. `connected`: only those of the address and port that are asked, and ICMP errors (udp(7)). `unconnected`: everybody,
 * and on this machine no errors. `both`: everybody's, and errors too.
 */
export type DatagramMode = "connected" | "unconnected" | "both";

/** One datagram as it came in; `from` and `port` are its source. */
export interface Received {
  bytes: Buffer;
  from: string;
  port: number;
  /** What was measured where the socket is, if that is another machine. */
  measured?: Arrival | undefined;
}

/** When a datagram arrived at another machine. */
export interface Arrival {
  /** Since the last datagram left that socket. */
  afterMs: number;
  /** By the clock of that machine, in milliseconds since 1970. */
  clockMs: number;
  ttl?: number | undefined;
}

/** What a datagram socket calls. */
export interface DatagramListener {
  /** It may send. */
  onReady: () => void;
  onReceived: (received: Received) => void;
  onError: (error: SocketError) => void;
}

/** A socket that sends to one address and port. */
export interface DatagramSocket {
  send(bytes: Uint8Array): void;
  /** Its own end; the address of an unconnected socket is a wildcard. */
  local(): { address?: string | undefined; port?: number | undefined };
  close(): void;
}

/** An ICMP error, as the kernel keeps it for the socket that it is about (docs/notes/linux-network.md#error-queues). */
export interface IcmpFacts {
  type: number;
  code: number;
  sender: string;
  /** The sender is the machine that asked. */
  isOwn: boolean;
  /** What it quotes of the datagram, behind its header. */
  quoted: Uint8Array;
}

/** An error of a socket. */
export interface SocketError extends Error {
  code?: string;
  /** True if the call itself was refused, before any packet could be answered. */
  isAtCall?: boolean | undefined;
  /** The ICMP error behind it; `none` where the kernel would have kept one; absent where it keeps none. */
  icmp?: IcmpFacts | "none" | undefined;
  /** Of a datagram socket that is told of every ICMP error, whatever its code, though nobody can read which. */
  isOfAnyCode?: boolean | undefined;
  /** From the packet to the error, measured where the socket is, if that is another machine. */
  afterMs?: number | undefined;
}

/** Whether a machine's routing table has a way to an address; `unknown` when even asking failed. */
export type Route = { kind: "routed" } | { kind: "unrouted" | "unknown"; errno: string };

/** What a run of the program `ping` printed, or the errno that kept it from running. */
export type PingRun = { output: string; exitCode: number | null } | { errno: string };

/** What only the sockets of another process have. */
export interface FarSockets {
  /** They are another machine's: what this one's kernel says is nothing about them. */
  readonly isElsewhere: boolean;
  /** A socket for ICMP echo requests without privilege (icmp(7)): a datagram is one such message. */
  openEcho?: (to: Omit<Endpoint, "port">, listener: DatagramListener) => DatagramSocket;
  /**
   * The times to live of hosts' echo replies, as far as they were asked for; all probes of a machine share them. Absent
   * where a connection cannot have a least time to live.
   */
  readonly hostTtls?: Map<string, Promise<number | undefined>>;
  /** Runs the program `ping` there, for one echo. */
  runPing(address: string, seconds: number): Promise<PingRun>;
  /** Resolves when all that came back there in time has come back here; rejects if nobody is there any more. */
  confirmQuiet(): Promise<void>;
}

/**
 * What a prober needs of the network. Each probe gets one; a prober cannot tell whether its sockets are on this machine or
 * on another.
 */
export interface Sockets {
  /**
   * The next number that a request carries, as so many bytes, where the requests left long ago (`probe/recorded/`);
   * absent where the prober makes up its own.
   */
  nextNumber?: ((bytes: number) => Uint8Array) | undefined;
  /** Begins a TCP connection. `leastTtl` only where `far.hostTtls` is there. */
  connect(to: Endpoint, options?: ConnectOptions): TcpSocket;
  /**
   * Ends a connection over which nothing was said or read, whose socket may serve for another one. Whoever gives it back
   * must not touch it again. Absent where that would save nothing.
   */
  giveBack?: ((socket: TcpSocket) => void) | undefined;
  openDatagram(to: Endpoint, mode: DatagramMode, listener: DatagramListener): DatagramSocket;
  findRoute(address: string, family: 4 | 6): Promise<Route>;
  /** Absent for sockets of this process, about whose packets its raw sockets are told as well. */
  far?: FarSockets | undefined;
}
