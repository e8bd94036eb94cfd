/** A port of one address; names are resolved before. */
export interface ListenAt {
  protocol: "tcp" | "udp";
  /** IP literal; never a wildcard. */
  address: string;
  port: number;
}

/** What came in as a whole line of the right length and beginning; everything else never gets here. */
export interface Incoming {
  bytes: Uint8Array;
  from: string;
  fromPort: number;
  /** Milliseconds since 1970 by the clock of the listening machine. */
  clockMs: number;
  ttl?: number | undefined;
  /** Sends an answer and is done with it; nothing is silence over UDP and a reset over TCP. */
  answer(bytes: Uint8Array | undefined): void;
}

/** A port that is held. */
export interface Holding {
  /** Gives it back; connections that are open on it end by themselves. */
  close(): void;
}

/** What is let through to whoever decides; the same for all who listen. */
export interface Form {
  /** What a request begins with, in ASCII. */
  word: string;
  /** Its length in bytes, always. */
  length: number;
}

/** What a responder needs of the machine that it listens on. */
export interface Listening {
  /** Takes one port, exactly there and from nobody who has it; or says the errno. Given back after `forMs`. */
  open(
    at: ListenAt,
    form: Form,
    forMs: number,
    onIncoming: (incoming: Incoming) => void,
  ): Promise<Holding | { errno: string }>;
  /** All addresses of a name there; none if it does not resolve. */
  resolve(name: string): Promise<readonly string[]>;
  /** The kernel's tables of sockets, as far as they are about these local ports, as `wire/ip/socket-table.ts` reads them. */
  readTables(ports: readonly number[], withNames: boolean): Promise<string>;
  /** Resolves with the cause when nothing comes from that machine any more; absent for this one. */
  broken?: Promise<string>;
}

/** Connections that are open at a time; the oldest of more is reset, so that a sender who speaks at once has its turn. */
export const mostConnections = 256;
/** How long a connection may take until its request is whole, in milliseconds. */
export const patienceMs = 2_000;
