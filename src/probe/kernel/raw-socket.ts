/** A raw socket. `send` throws an `Error` with the text of strerror(3). */
export interface RawSocket {
  send(packet: Buffer, address: string): void;
  close(): void;
}

/** The socket, or in a sentence why there is none. */
export type RawOpening = { kind: "opened"; socket: RawSocket } | { kind: "none"; why: string };

/** The part of the module that is used; `wrap` is its binding, whose direct sends are twice as fast as its queue. */
interface RawSocketModule {
  createSocket(options: { addressFamily: number; protocol: number; bufferSize: number }): {
    wrap: {
      send(packet: Buffer, offset: number, length: number, address: string, sent: () => void): void;
      recv(into: Buffer, received: (into: Buffer, bytes: number, source: string) => void): void;
    };
    on(event: "message", listener: (packet: Buffer, source: string) => void): unknown;
    on(event: "error", listener: (error: Error) => void): unknown;
    setOption(level: number, option: number, value: number): void;
    close(): void;
  };
  AddressFamily: { IPv4: number; IPv6: number };
  Protocol: { ICMP: number; ICMPv6: number; TCP: number };
  SocketLevel: { SOL_SOCKET: number };
  SocketOption: { SO_RCVBUF: number };
}

const receiveBufferBytes = 16 * 1024 * 1024;
const largestPacketBytes = 4_096;
const mostReadsPerTurn = 4_096;
const nothingLeft = "Resource temporarily unavailable"; // strerror(EAGAIN)

/** What a raw socket receives: a copy of every packet of that protocol which comes to this machine. */
export type RawKind = "icmp" | "icmpv6" | "tcp";

const kinds = {
  icmp: { family: "IPv4", protocol: "ICMP" },
  icmpv6: { family: "IPv6", protocol: "ICMPv6" },
  tcp: { family: "IPv4", protocol: "TCP" },
} as const satisfies Record<RawKind, unknown>;

/**
 * Opens a raw socket through the optional native module `raw-socket`. There are four ways to be without
 * it, each with its own remedy: the module is not installed, its native part was not built, it was built for another
 * Node, or this process lacks CAP_NET_RAW (raw(7)). An open socket keeps the event loop alive until it is closed.
 * `onMessage` must not keep the packet: the next one overwrites it.
 */
export async function openRawSocket(
  kind: RawKind,
  onMessage: (packet: Buffer, source: string) => void,
  onError: (error: Error) => void,
): Promise<RawOpening> {
  if (typeof isSentOverConnection !== "undefined") {
    return {
      kind: "none",
      why: "a worker that was sent over the connection loads no raw-socket: install portmatrix there",
    };
  }
  if (typeof isOneFile !== "undefined")
    return { kind: "none", why: "the single-file program contains no raw-socket: install portmatrix with npm" };
  let raw: RawSocketModule;
  try {
    const module = (await import(moduleName)) as { default: RawSocketModule };
    raw = module.default;
  } catch (error) {
    return { kind: "none", why: explainLoadFailure(error) };
  }
  let socket: ReturnType<RawSocketModule["createSocket"]> | undefined;
  try {
    const opened = raw.createSocket({
      addressFamily: raw.AddressFamily[kinds[kind].family],
      protocol: raw.Protocol[kinds[kind].protocol],
      bufferSize: largestPacketBytes,
    });
    socket = opened;
    let isOpen = true;
    const buffer = Buffer.alloc(largestPacketBytes);
    // The module reads one packet for each turn of the event loop; the rest of what is there is read here.
    opened.on("message", (packet, source) => {
      onMessage(packet, source);
      try {
        for (let read = 0; read < mostReadsPerTurn; read += 1) {
          if (!isOpen) return; // the module would open a closed socket again
          opened.wrap.recv(buffer, (into, bytes, from) => onMessage(into.subarray(0, bytes), from));
        }
      } catch (error) {
        if ((error as Error).message !== nothingLeft) onError(error as Error);
      }
    });
    opened.on("error", onError);
    // The kernel silently caps this at net.core.rmem_max (socket(7)); with its default many replies at once are lost.
    opened.setOption(raw.SocketLevel.SOL_SOCKET, raw.SocketOption.SO_RCVBUF, receiveBufferBytes);
    return {
      kind: "opened",
      socket: {
        send: (packet, address) => opened.wrap.send(packet, 0, packet.length, address, () => undefined),
        close() {
          isOpen = false;
          opened.close();
        },
      },
    };
  } catch (error) {
    socket?.close();
    return { kind: "none", why: explainOpenFailure(error) };
  }
}

/**
 * Defined by build/bundle-agent.mjs in the worker that is sent to other machines. It is in no directory, so Node would
 * look for modules in the one where it runs and in those above, which may belong to somebody else.
 */
declare const isSentOverConnection: true | undefined;

/** Defined by build/binary.mjs in the program that is one file. */
declare const isOneFile: true | undefined;

// A variable, so that neither the compiler nor a bundler demands the optional module.
const moduleName: string = "raw-socket";

/** Why the module did not load, in words that lead to the remedy. */
export function explainLoadFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ERR_DLOPEN_FAILED")
    return "raw-socket was built for another version of Node: run `npm rebuild raw-socket`";
  if ((code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") && message.includes("raw.node")) {
    return "the native part of raw-socket was never built: allow its install script and run `npm rebuild raw-socket`";
  }
  if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") return "the module raw-socket is not installed";
  return `the module raw-socket did not load: ${message}`;
}

/** Why the operating system gave no raw socket. */
export function explainOpenFailure(error: unknown): string {
  const { message } = error as Error;
  if (/not permitted|permission denied/i.test(message))
    return "raw sockets need root or CAP_NET_RAW, which this process lacks";
  return `no raw socket could be opened: ${message}`;
}
