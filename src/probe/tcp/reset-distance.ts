import { randomBytes } from "node:crypto";
import { hopsOf } from "../../model/run/hops.ts";
import type { FarSockets, SocketError } from "../../sockets/sockets.ts";
import { sameBytes } from "../../wire/bytes.ts";
import { encodeEcho } from "../../wire/ip/icmp.ts";
import { readPingOutput } from "../../wire/ip/ping-output.ts";
import type { InFlight } from "../flight/in-flight.ts";

/** So long for an echo reply; where none comes, nothing is known. */
const echoWaitMs = 1_500;
/** The kernel repeats the SYN after a second, so a lost answer is not taken for one that was held back. */
const synWaitMs = 1_400;
const headerBytes = 8;
/** Nobody sends with a smaller time to live than this (Linux and most systems). */
const leastInitialTtl = 64;

/**
 * Whether a reset came from nearer than the host, without privilege (docs/notes/linux-network.md#ip_minttl): one
 * more SYN, from a socket that takes only answers that came a shorter way than the host's echo reply. A reset that comes
 * again is not the host's. One that does not has the host's hop count, if the host sends with the smallest usual time
 * to live; otherwise a router's might be held back too. Undefined where that is not known, and where no router is in
 * between.
 */
export async function isResetNearer(flight: InFlight, port: number): Promise<boolean | undefined> {
  const { address, family, sockets } = flight.context;
  const { far } = sockets ?? {};
  if (sockets === undefined || far?.hostTtls === undefined) return undefined;
  const asked = far.hostTtls.get(address) ?? askHostTtl(flight, far);
  far.hostTtls.set(address, asked);
  const hostTtl = await asked;
  if (hostTtl === undefined || hopsOf(hostTtl) === 0 || flight.hasEnded()) return undefined;

  const socket = sockets.connect({ address, port, family }, { leastTtl: hostTtl + 1 });
  const answered = new Promise<SocketError | "open" | "silent">((resolve) => {
    socket.once("connect", () => resolve("open")).once("error", resolve);
    flight.onEnd(() => resolve("silent"));
    setTimeout(() => void far.confirmQuiet().then(() => resolve("silent"), resolve), synWaitMs).unref();
  });
  const answer = await answered;
  socket.on("error", () => undefined).destroy();
  if (answer === "silent") return hostTtl <= leastInitialTtl && !flight.hasEnded() ? false : undefined;
  if (answer === "open") return undefined; // it listens meanwhile
  return answer.code === "ECONNREFUSED" && answer.icmp === "none" ? true : undefined;
}

/** The time to live of an echo reply of the host itself. */
async function askHostTtl(flight: InFlight, far: FarSockets): Promise<number | undefined> {
  const { address } = flight.context;
  const bySocket = await echoTtl(flight, far);
  if (bySocket !== "refused") return bySocket;
  const run = await far.runPing(address, Math.ceil(echoWaitMs / 1_000));
  const reading = "errno" in run ? undefined : readPingOutput(run.output, run.exitCode);
  return reading?.kind === "open" && reading.replyFrom === address ? reading.ttl : undefined;
}

function echoTtl({ context }: InFlight, far: FarSockets): Promise<number | undefined | "refused"> {
  const { address, family } = context;
  const { openEcho } = far;
  if (openEcho === undefined) return Promise.resolve("refused");
  const nonce = randomBytes(32);
  return new Promise((resolve) => {
    let isReady = false;
    const settle = (ttl: number | undefined | "refused") => {
      clearTimeout(timer);
      socket.close();
      resolve(ttl);
    };
    const timer = setTimeout(settle, echoWaitMs, undefined);
    const socket = openEcho(
      { address, family },
      {
        onReady: () => {
          isReady = true;
          socket.send(encodeEcho(family, "request", { id: 0, sequence: 1, payload: nonce }));
        },
        onReceived: ({ bytes, from, measured }) => {
          if (from === address && sameBytes(bytes.subarray(headerBytes), nonce)) settle(measured?.ttl);
        },
        onError: () => settle(isReady ? undefined : "refused"),
      },
    );
  });
}
