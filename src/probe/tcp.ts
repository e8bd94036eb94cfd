import { type Socket, connect } from "node:net";
import type { Evidence } from "../model/outcome.ts";
import type { ProbeSpec } from "../model/task.ts";
import { printable } from "../wire/printable.ts";
import { converse } from "./converse.ts";
import { unlessWitnessed } from "./errno-or-witness.ts";
import { type InFlight, runProbe } from "./in-flight.ts";
import { errnoOf, explainError } from "./network-error.ts";
import type { Prober, Seen } from "./prober.ts";
import { stopWatching, watchErrors } from "./witness.ts";

const longestWaitForReplyMs = 1_500;
const mostReplyBytes = 4_096;
const summaryCharacters = 60;

/**
 * TCP connect. Without a request the connection is reset at once, which leaves no state behind here or on the firewalls
 * in between. With one it is sent in the first segment, followed by a half-close, and the answer is read until the
 * peer closes, 4 KiB, 1.5 s or the deadline. With a service that service is asked for its own answer. `rttMs` is the
 * time of the handshake.
 */
export const probeTcp: Prober<Extract<ProbeSpec, { kind: "tcp" }>> = (spec, context) =>
  runProbe(context, (flight) => {
    const { address: host, family } = context;
    const socket = connect({ host, port: spec.port, family, autoSelectFamily: false, allowHalfOpen: true });
    flight.onEnd(() => socket.destroy());
    const watch = watchErrors(flight, {
      transport: "tcp",
      port: spec.port,
      sourcePort: () => socket.localPort,
      sentAtMs: () => 0,
    });
    const explain = async (error: Error, elapsedMs: number) => {
      const seen = await unlessWitnessed(await explainError(error, context, elapsedMs), watch);
      // Accepted and reset before this side noticed: what that means is for the service to say.
      if (seen.outcome.kind !== "open" || spec.service === undefined) return seen;
      return converse(flight, socket, { port: spec.port, spec: spec.service, opened: seen });
    };
    const fail = (error: Error) => {
      if (!flight.hasEnded()) flight.settleWith(explain(error, flight.elapsedMs()));
    };
    socket.on("error", fail); // both come once at most; `once` would wrap them
    socket.on("connect", () => {
      const rttMs = flight.elapsedMs();
      if (watch !== undefined) stopWatching(watch); // an established connection outlives ICMP errors (RFC 1122 §4.2.3.9)
      const evidence = { ...localEnd(socket), ...(watch?.ttl === undefined ? {} : { ttl: watch.ttl }) };
      if (spec.service !== undefined) {
        socket.off("error", fail);
        const opened = { outcome: { kind: "open", rttMs }, evidence } as const;
        flight.settleWith(converse(flight, socket, { port: spec.port, spec: spec.service, opened }));
        return;
      }
      if (spec.request === undefined) {
        socket.resetAndDestroy();
        flight.settle({ outcome: { kind: "open", rttMs }, evidence });
        return;
      }
      socket.off("error", fail);
      readReply(flight, socket, { outcome: { kind: "open", rttMs }, evidence });
      socket.end(spec.request);
    });
  });

function localEnd({ localAddress, localPort }: Socket): Evidence {
  return {
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(localPort === undefined ? {} : { localPort }),
  };
}

/** Collects the answer to the request. The port is open whatever comes; how the connection ended is evidence. */
function readReply(flight: InFlight, socket: Socket, opened: Seen): void {
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
