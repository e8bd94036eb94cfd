import type { Evidence } from "../../model/outcome.ts";
import type { ProbeSpec } from "../../model/task.ts";
import { sameBytes } from "../../wire/bytes.ts";
import { decodeDnsReply, encodeDnsQuery } from "../../wire/dns.ts";
import { decodeNtpReply, encodeNtpRequest, readTimeServer, summariseNtpReply } from "../../wire/ntp.ts";
import type { Received, Sockets } from "../../sockets/sockets.ts";
import { openDatagram, secondTryDelayMs } from "./datagram.ts";
import { type InFlight, runProbe } from "../flight/in-flight.ts";
import type { ProbeContext, Prober, Seen } from "../flight/prober.ts";
import { nextRandomBytes } from "../kernel/random-bytes.ts";

/** One question: its bytes, and how to tell whether a datagram answers it. */
export interface Question {
  bytes: Uint8Array;
  read(
    reply: Uint8Array,
    rttMs: number,
    arrivedAtMs: number,
  ): Pick<Evidence, "replyMatches" | "replySummary" | "service" | "responder">;
}

type Numbers = NonNullable<Sockets["nextNumber"]>;

/** A fresh question for each try: ids and nonces are never used twice. */
const questions = {
  empty: (): Question => ({ bytes: new Uint8Array(0), read: () => ({}) }),
  dns: (numbers: Numbers): Question => {
    const [high = 0, low = 0] = numbers(2);
    const id = (high << 8) | low;
    return {
      bytes: encodeDnsQuery(id),
      read(bytes) {
        const reply = decodeDnsReply(bytes);
        if (reply === undefined) return { replyMatches: false };
        return { replyMatches: reply.id === id, replySummary: reply.rcode };
      },
    };
  },
  ntp: (numbers: Numbers): Question => {
    const nonce = numbers(8);
    return {
      bytes: encodeNtpRequest(nonce),
      read(bytes, rttMs, arrivedAtMs) {
        const reply = decodeNtpReply(bytes);
        if (reply === undefined) return { replyMatches: false };
        const replySummary = summariseNtpReply(reply);
        if (!sameBytes(reply.origin, nonce)) return { replyMatches: false, replySummary };
        return { replyMatches: true, replySummary, service: readTimeServer(reply, arrivedAtMs - rttMs, arrivedAtMs) };
      },
    };
  },
} as const satisfies Record<Extract<ProbeSpec, { kind: "udp" }>["payload"], (numbers: Numbers) => Question>;

/**
 * UDP: a datagram from a connected socket, which learns of ICMP errors; after silence a second one from an unconnected
 * socket, which receives answers from another address of the target. Both are listened to until the deadline. The empty
 * payload has no answer that could be told from others, so its second one, too, leaves from a connected socket; where a
 * service may make an event of it (docs/notes/probe-safety.md) there is none. That `send` succeeded proves nothing and
 * counts for nothing.
 */
export const probeUdp: Prober<Extract<ProbeSpec, { kind: "udp" }>> = ({ port, payload }, context) =>
  runProbe(context, (flight) => {
    const againAfterMs = secondTryDelayMs(context.timeoutMs);
    const isEmpty = payload === "empty";
    const numbers = context.sockets?.nextNumber ?? nextRandomBytes;
    ask(flight, port, "connected", questions[payload](numbers));
    if (isEmpty && context.careful === true) return;
    flight.after(againAfterMs, () =>
      ask(flight, port, isEmpty ? "connected" : "unconnected", questions[payload](numbers)),
    );
  });

/** A question that has its own answer, asked as above: from a connected socket and then from one that receives from anybody. */
export const askOverUdp = (port: number, question: () => Question, context: ProbeContext): Promise<Seen> =>
  runProbe(context, (flight) => {
    ask(flight, port, "connected", question());
    flight.after(secondTryDelayMs(context.timeoutMs), () => ask(flight, port, "unconnected", question()));
  });

function ask(flight: InFlight, port: number, mode: "connected" | "unconnected", question: Question): void {
  const { address } = flight.context;
  let sentAtMs = 0;
  let local: Evidence = {};
  openDatagram(
    flight,
    port,
    mode,
    (socket) => {
      const { address: localAddress, port: localPort } = socket.local();
      // The address of an unconnected socket is a wildcard and says nothing.
      local = { localPort, ...(mode === "connected" ? { localAddress } : {}) };
      sentAtMs = flight.elapsedMs();
      Object.assign(local, socket.send(question.bytes));
    },
    (received) => receive(received),
  );

  function receive({ bytes, from, port: source, measured }: Received): void {
    const { afterMs: rttMs, clockMs } = measured ?? { afterMs: flight.elapsedMs() - sentAtMs, clockMs: Date.now() };
    const reading = question.read(bytes, rttMs, clockMs);
    const isTarget = from === address && source === port;
    // An unconnected socket receives from anybody: from elsewhere only an answer that carries our id counts.
    if (!isTarget && reading.replyMatches !== true) return;
    flight.settle({
      outcome: { kind: "open", rttMs },
      evidence: {
        ...local,
        ...(from === address ? {} : { replyFrom: from }),
        replyBytes: bytes.length,
        ...reading,
      },
    });
  }
}
