import type { Evidence } from "../../model/outcome.ts";
import type { ProbeSpec } from "../../model/task.ts";
import { printable } from "../../model/text/printable.ts";
import { here } from "../../sockets/here.ts";
import type { SocketError, TcpSocket } from "../../sockets/sockets.ts";
import { converse } from "./converse.ts";
import { unlessWitnessed } from "../witness/errno-or-witness.ts";
import { type InFlight, runProbe } from "../flight/in-flight.ts";
import { errnoOf, explainError, leavesFirstTry } from "../kernel/network-error.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { isResetNearer } from "./reset-distance.ts";
import { stopWatching, watchErrors } from "../witness/witness.ts";

/** Besides what a plan asks for: bytes to be said at once, and what their answer of so many bytes shows. */
interface Exchange {
  bytes: Uint8Array;
  answerBytes: number;
  read: (answer: Uint8Array) => Evidence;
}
type TcpSpec = Extract<ProbeSpec, { kind: "tcp" }> & { exchange?: () => Exchange };

/** Later than the kernel repeats a lost SYN (after about a second), so that an answer to that one comes first. */
const secondTryMs = 1_250;
/**
 * The kernel repeats a SYN after a second (tcp(7), RFC 6298 §2). Where no second connection may be made that repetition is
 * the second try, so less is not waited, whatever the deadline.
 */
const leastForRepetitionMs = 1_400;
/** An answer that came sooner was one to the first SYN. */
const leastBetweenSynsMs = 900;
const longestWaitForReplyMs = 1_500;
const mostReplyBytes = 4_096;
const summaryCharacters = 60;

/**
 * TCP connect. Without a request the connection is reset at once, which leaves no state behind here or on the firewalls
 * in between. With one it is sent in the first segment, followed by a half-close, and the answer is read until the
 * peer closes, 4 KiB, 1.5 s or the deadline. With a service that service is asked for its own answer. `rttMs` is the
 * time of the handshake. After silence it is tried again from another port, unless that could disturb the service; what
 * answers first counts. Where it could, the kernel's second SYN of the one connection is waited for; a bare connection
 * that must not be repeated is a control, for which one try is enough.
 */
export const probeTcp = (spec: TcpSpec, context: ProbeContext): Promise<Seen> => {
  const sockets: TcpSocket[] = [];
  const isAlone = context.careful === true && (spec.service ?? spec.request) !== undefined;
  const timeoutMs = isAlone ? Math.max(context.timeoutMs, leastForRepetitionMs) : context.timeoutMs;
  return runProbe(timeoutMs === context.timeoutMs ? context : { ...context, timeoutMs }, (flight) => {
    tryOnce(flight, spec, sockets);
    flight.tryAgain(secondTryMs, () => {
      if (sockets[0]?.connecting === true) tryOnce(flight, spec, sockets);
    });
  });
};

/** One connection attempt; `sockets` are those of the probe, in the order of their tries. */
function tryOnce(flight: InFlight, spec: TcpSpec, sockets: TcpSocket[]): void {
  const { context } = flight;
  const { address, family } = context;
  const startedAtMs = flight.elapsedMs();
  const network = context.sockets ?? here;
  const socket = network.connect({ address, port: spec.port, family });
  sockets.push(socket);
  const isFirst = sockets.length === 1;
  const again = flight.noteSent();
  const isBare = spec.service === undefined && spec.exchange === undefined && spec.request === undefined;
  const discard = (isBare ? network.giveBack : undefined) ?? destroy;
  flight.onEnd(() => discard(socket));
  const watch = watchErrors(flight, {
    transport: "tcp",
    port: spec.port,
    sourcePort: () => socket.localPort,
    sentAtMs: () => startedAtMs,
    again,
    byErrno: true,
  });
  /** This try has an answer, so no other is to connect. */
  const keepThisTry = () => {
    for (const other of sockets) if (other !== socket) other.destroy();
  };
  const readError = async (error: Error, elapsedMs: number) =>
    unlessWitnessed(await explainError(error, context, elapsedMs, again), watch);
  const explain = async (error: SocketError) => {
    const seen = await readError(error, error.afterMs ?? flight.elapsedMs() - startedAtMs);
    if (seen === undefined) return seen;
    if (mayTrace(error, seen, context)) {
      const resetNearer = await isResetNearer(flight, spec.port);
      return resetNearer === undefined ? seen : { ...seen, evidence: { ...seen.evidence, resetNearer } };
    }
    // Accepted and reset before this side noticed: what that means is for the service to say.
    if (seen.outcome.kind !== "open" || spec.service === undefined) return seen;
    const connectedMs = flight.elapsedMs() - startedAtMs;
    return converse(flight, socket, { port: spec.port, spec: spec.service, opened: seen, connectedMs });
  };
  const fail = (error: Error) => {
    if (flight.hasEnded()) return;
    if (!isFirst && leavesFirstTry(errnoOf(error), flight, true)) return;
    keepThisTry();
    flight.settleWith(explain(error));
  };
  socket.on("error", fail); // both come once at most; `once` would wrap them
  socket.on("connect", () => {
    if (flight.isLate()) return flight.settle({ outcome: { kind: "open", rttMs: flight.elapsedMs() }, evidence: {} });
    const { rttMs = flight.elapsedMs() - startedAtMs, retransmits = 0 } = socket.measured ?? {};
    keepThisTry();
    if (watch !== undefined) stopWatching(watch); // an established connection outlives ICMP errors (RFC 1122 §4.2.3.9)
    const evidence = localEnd(socket, watch?.ttl);
    const tries = again.tries ?? repeated(retransmits, rttMs);
    if (tries !== undefined) evidence.tries = tries;
    const opened: Seen = { outcome: { kind: "open", rttMs }, evidence };
    if (spec.service !== undefined) {
      socket.off("error", fail);
      const connectedMs = flight.elapsedMs() - startedAtMs;
      flight.settleWith(converse(flight, socket, { port: spec.port, spec: spec.service, opened, connectedMs }));
    } else if (spec.exchange !== undefined) {
      socket.off("error", fail);
      say(flight, socket, opened, spec.exchange());
    } else if (spec.request === undefined) {
      socket.resetAndDestroy();
      flight.settle(opened);
    } else {
      socket.off("error", fail);
      readReply(flight, socket, opened);
      socket.end(spec.request);
    }
  });
}

const destroy = (socket: TcpSocket): unknown => socket.destroy();

/** True for a reset, of which a second connection that does no harm may show who sent it. */
const mayTrace = (error: SocketError, { outcome }: Seen, { careful, isBlockExpected }: ProbeContext): boolean =>
  outcome.kind === "refused" && error.icmp === "none" && careful !== true && isBlockExpected !== true;

/** The kernel's own second SYN is a second try as well, where it is known to be the one that was answered. */
const repeated = (retransmits: number, rttMs: number): Evidence["tries"] =>
  retransmits > 0 && rttMs >= leastBetweenSynsMs ? 2 : undefined;

/** Filled in field by field: each open port of a large run has one, and spreads of small objects cost ten times as much. */
function localEnd({ localAddress, localPort }: TcpSocket, ttl: number | undefined): Evidence {
  const evidence: Evidence = {};
  if (localAddress !== undefined) evidence.localAddress = localAddress;
  if (localPort !== undefined) evidence.localPort = localPort;
  if (ttl !== undefined) evidence.ttl = ttl;
  return evidence;
}

/** Collects the answer to the request. The port is open whatever comes; how the connection ended is evidence. */
function readReply(flight: InFlight, socket: TcpSocket, opened: Seen): void {
  const chunks: Uint8Array[] = [];
  let replyBytes = 0;
  const finish = (ending: string, errno?: string) => {
    const summary = printable(Buffer.concat(chunks), summaryCharacters);
    flight.settle({
      outcome: opened.outcome,
      evidence: {
        ...opened.evidence,
        replyBytes,
        replySummary: replyBytes === 0 ? ending : summary,
        ...(errno === undefined ? {} : { errno }),
      },
    });
  };
  socket.on("data", (chunk) => {
    chunks.push(chunk.subarray(0, mostReplyBytes - replyBytes));
    replyBytes = Math.min(mostReplyBytes, replyBytes + chunk.length);
    if (replyBytes === mostReplyBytes) finish("");
  });
  socket.once("end", () => finish("closed without a reply"));
  socket.once("error", (error) => finish("reset without a reply", errnoOf(error)));
  // A moment before the deadline of the whole probe, which would call the open port silent.
  const leftMs = flight.context.timeoutMs - flight.elapsedMs();
  const waitMs = Math.max(0, Math.min(longestWaitForReplyMs, leftMs - 5));
  flight.after(waitMs, () => finish(`no reply within ${Math.round(waitMs)} ms`));
}

/** Says something and waits for an answer of a known length, to the end of the connection or nearly to the deadline. */
function say(flight: InFlight, socket: TcpSocket, opened: Seen, { bytes, answerBytes, read }: Exchange): void {
  let answer = Buffer.alloc(0);
  const finish = () => {
    if (flight.hasEnded()) return;
    flight.settle({ outcome: opened.outcome, evidence: { ...opened.evidence, ...read(answer) } });
    socket.resetAndDestroy();
  };
  socket.on("data", (chunk: Buffer) => {
    answer = Buffer.concat([answer, chunk.subarray(0, answerBytes + 1 - answer.length)]);
    if (answer.length >= answerBytes) finish();
  });
  socket.once("end", finish);
  socket.once("error", finish);
  flight.after(Math.max(0, flight.context.timeoutMs - flight.elapsedMs() - 5), finish);
  socket.write(bytes);
}
