import { randomBytes } from "node:crypto";
import { isSameButZone } from "../../model/address/ip-literal.ts";
import { sameBytes } from "../../wire/bytes.ts";
import { encodeEcho } from "../../wire/ip/icmp.ts";
import type { DatagramSocket, FarSockets, Received, SocketError } from "../../sockets/sockets.ts";
import { type InFlight, runProbe } from "../flight/in-flight.ts";
import type { Tries } from "../flight/tries.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { readIcmpError } from "../kernel/icmp-meaning.ts";
import { errnoOf, explainError } from "../kernel/network-error.ts";
import { pingThere } from "./ping-there.ts";

const secondTryMs = 1_000;
const nonceBytes = 32;
const headerBytes = 8;
/** No such socket for this user or on this machine (icmp(7), ping_group_range). */
const refusals: ReadonlySet<string> = new Set([
  "EACCES",
  "EPERM",
  "EPROTONOSUPPORT",
  "EAFNOSUPPORT",
  "ESOCKTNOSUPPORT",
]);

/**
 * ICMP echo from another machine without privilege: through a socket for it, which the machine may allow everybody, else
 * through the program `ping` there. After a second of silence the socket sends a second request.
 */
export async function echoThere(far: FarSockets, context: ProbeContext): Promise<Seen> {
  const seen = far.openEcho === undefined ? "no socket" : await echoBySocket(far.openEcho, context);
  return seen === "no socket" ? pingThere(far, context) : seen;
}

async function echoBySocket(
  open: NonNullable<FarSockets["openEcho"]>,
  context: ProbeContext,
): Promise<Seen | "no socket"> {
  let isRefused = false;
  const seen = await runProbe(context, (flight) => {
    const echo = openEcho(open, flight, () => {
      isRefused = true;
      flight.settle({ outcome: { kind: "silent", waitedMs: 0 }, evidence: {} }); // never told: ping is asked instead
    });
    flight.tryAgain(secondTryMs, echo);
  });
  if (isRefused) return "no socket";
  return seen.outcome.kind === "silent" ? { ...seen, evidence: { method: "ping-socket", ...seen.evidence } } : seen;
}

/** Opens the socket and sends the first request; the function that comes back sends the next one. */
function openEcho(open: NonNullable<FarSockets["openEcho"]>, flight: InFlight, refuse: () => void): () => void {
  const { address, family } = flight.context;
  const sent: { nonce: Uint8Array; again: Tries; sentAtMs: number }[] = [];
  const send = () => {
    const nonce = randomBytes(nonceBytes);
    const sequence = sent.length + 1;
    socket.send(encodeEcho(family, "request", { id: 0, sequence, payload: nonce })); // the kernel sets the id
    sent.push({ nonce, again: flight.noteSent(), sentAtMs: flight.elapsedMs() });
  };
  const receive = ({ bytes, from, measured }: Received) => {
    if (flight.hasEnded() || flight.isLate()) return;
    const answered = sent.findLast(({ nonce }) => sameBytes(bytes.subarray(headerBytes), nonce));
    if (answered === undefined) return;
    const isLast = answered === sent.at(-1);
    const rttMs = (isLast ? measured?.afterMs : undefined) ?? flight.elapsedMs() - answered.sentAtMs;
    const { ttl } = measured ?? {};
    flight.settle({
      outcome: { kind: "open", rttMs },
      evidence: {
        method: "ping-socket",
        ...(isSameButZone(from, address) ? {} : { replyFrom: from }),
        ...(ttl === undefined || family === 6 ? {} : { ttl }),
        ...answered.again,
      },
    });
  };
  const fail = (error: SocketError) => {
    if (sent.length === 0 && refusals.has(errnoOf(error))) return refuse();
    const { icmp, afterMs = 0 } = error;
    const isOver = icmp === undefined || icmp === "none" || readIcmpError(family, icmp.type, icmp.code) !== undefined;
    if (!flight.hasEnded() && isOver)
      flight.settleWith(explainError(error, flight.context, afterMs, { method: "ping-socket" }));
  };
  const socket: DatagramSocket = open({ address, family }, { onReady: send, onReceived: receive, onError: fail });
  flight.onEnd(() => socket.close());
  return send;
}
