import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { decode, encode } from "dns-packet";
import { claimPort, openOnEach, type Service } from "./service.ts";

/** The reply to a datagram; `undefined` for the many services that never answer a stranger. */
export type Answer = (datagram: Buffer) => Buffer | undefined;

/** Opens a UDP service on all given addresses, on one port, `wanted` if it is free. */
export async function serveUdp(addresses: readonly string[], wanted: number, answer: Answer): Promise<Service> {
  return claimPort(wanted, async (port) =>
    openOnEach(addresses, port, async (address) => {
      const socket = createSocket({ type: address.includes(":") ? "udp6" : "udp4" });
      socket.on("message", (datagram, { address: to, port: toPort }) => {
        const reply = answer(datagram);
        if (reply !== undefined) socket.send(reply, toPort, to);
      });
      return bindSocket(socket, address, port);
    }),
  );
}

async function bindSocket(socket: Socket, address: string, port: number): Promise<Service> {
  try {
    socket.bind({ address, port, exclusive: true });
    await once(socket, "listening");
  } catch (error) {
    socket.close();
    throw error;
  }
  return { port, close: async () => closeSocket(socket) };
}

/** Closes a bound UDP socket and waits until it is gone. */
export async function closeSocket(socket: Socket): Promise<void> {
  const closed = once(socket, "close");
  socket.close();
  await closed;
}

/** Receivers of syslog and traps and Corosync take datagrams and say nothing. */
export const neverAnswer: Answer = () => undefined;

/** A name server that knows no name: it answers every question with NXDOMAIN (RFC 1035 §4.1.1). */
export const answerDns: Answer = (datagram) => {
  try {
    const { id, questions } = decode(datagram);
    const nameError = 3;
    return encode({
      type: "response",
      flags: 0x0180 | nameError,
      ...(id === undefined ? {} : { id }),
      questions: questions ?? [],
    });
  } catch (error) {
    // dns-packet throws RangeError and plain Error for bytes that are no DNS message; a server drops those.
    if (error instanceof Error) return undefined;
    throw error;
  }
};

/** Seconds between the epochs of NTP (1900) and Unix (1970), RFC 5905 §6. */
const ntpEpoch = 2_208_988_800;

/** A time server of stratum 2 that tells this machine's own clock (RFC 5905 §7.3). */
export const answerNtp: Answer = (datagram) => {
  const clientMode = 3;
  if (datagram.length < 48 || ((datagram[0] ?? 0) & 0x07) !== clientMode) return undefined;
  const reply = Buffer.alloc(48);
  reply[0] = 0x24; // no warning, version 4, mode server
  reply[1] = 2;
  reply[2] = datagram[2] ?? 6;
  reply[3] = 0xec; // precision 2^-20 s
  reply.write("DEMO", 12, "latin1");
  datagram.copy(reply, 24, 40, 48); // origin timestamp: the client's transmit timestamp
  const now = Date.now();
  for (const offset of [16, 32, 40]) {
    reply.writeUInt32BE((Math.floor(now / 1000) + ntpEpoch) % 2 ** 32, offset);
    reply.writeUInt32BE(Math.floor(((now % 1000) / 1000) * 2 ** 32), offset + 4);
  }
  return reply;
};
