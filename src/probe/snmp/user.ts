import type { Evidence } from "../../model/outcome.ts";
import { unsent } from "../../model/unsent.ts";
import { sameBytes } from "../../wire/bytes.ts";
import { decodeSnmpV3, isEngineAnswer } from "../../wire/snmp/v3.ts";
import type { Received } from "../../sockets/sockets.ts";
import { type ProbeSocket, openDatagram, secondTryDelayMs } from "../udp/datagram.ts";
import { type InFlight, runProbe } from "../flight/in-flight.ts";
import type { Tries } from "../flight/tries.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { readResult } from "./answer.ts";
import { type Replies, noteEngine, noteStray, sourceOf, summarise } from "./replies.ts";
import {
  type GetResult,
  type NetSnmp,
  type SnmpSession,
  type UserCredentials,
  findObstacle,
  netSnmp,
  startGet,
} from "./session.ts";

/**
 * SNMP version 3: one GET, and after silence a second one from another port. It is asked again only if nothing at all
 * came back, so a wrong password is tried once and locks nobody out. What counts carries the message id of a message
 * that was sent, wherever it comes from: a multihomed device answers from its other address, a forger knows no id.
 */
export async function askAsUser(port: number, credentials: UserCredentials, context: ProbeContext): Promise<Seen> {
  const obstacle = findObstacle(credentials);
  if (obstacle !== undefined) return unsent("internal", obstacle);
  const snmp = await netSnmp();
  const replies: Replies = {};
  return runProbe(
    context,
    (flight) => {
      ask(flight, snmp, port, "both", credentials, replies);
      flight.after(secondTryDelayMs(context.timeoutMs), () => {
        if (replies.engine === undefined) ask(flight, snmp, port, "unconnected", credentials, replies);
      });
    },
    (waitedMs, tries) => summarise(replies, { address: context.address, port }, "3", waitedMs, tries),
  );
}

function ask(
  flight: InFlight,
  snmp: NetSnmp,
  port: number,
  mode: "both" | "unconnected",
  credentials: UserCredentials,
  replies: Replies,
): void {
  const { address, timeoutMs } = flight.context;
  const asked = { address, port };
  /** Everything that left, by message id. */
  const sent = new Map<number, Uint8Array>();
  let session: SnmpSession | undefined;
  let sentAtMs = flight.elapsedMs();
  let last: Received | undefined;
  let again: Tries | undefined; // that of the first datagram, whatever follows

  openDatagram(flight, port, mode, get, receive);

  function get(carrier: ProbeSocket): void {
    if (flight.hasEnded()) return;
    sentAtMs = flight.elapsedMs();
    const send = (bytes: Uint8Array) => {
      const current = carrier.send(bytes);
      again ??= current;
      const id = decodeSnmpV3(bytes)?.messageId;
      if (id !== undefined) sent.set(id, bytes.slice());
      return current;
    };
    const started = startGet(snmp, credentials, { ...carrier, send }, timeoutMs, (result) => conclude(result, carrier));
    session = started;
    flight.onEnd(() => started.close());
  }

  function receive(received: Received): void {
    const rttMs = received.measured?.afterMs ?? flight.elapsedMs() - sentAtMs;
    const message = decodeSnmpV3(received.bytes);
    const question = message === undefined ? undefined : sent.get(message.messageId);
    const isEcho = question !== undefined && sameBytes(received.bytes, question);
    if (message === undefined || question === undefined || isEcho || !isEngineAnswer(message)) {
      noteStray(replies, received, asked, rttMs, question !== undefined);
      return;
    }
    last = received;
    noteEngine(replies, message, received, rttMs);
    session?.receive(received);
  }

  function conclude(result: GetResult, carrier: ProbeSocket): void {
    const reading = readResult(snmp, result);
    if (reading.kind === "none") return;
    if (reading.kind === "failure") {
      flight.settle(unsent("internal", reading.detail));
      return;
    }
    const { engine } = replies;
    const hasReport = result.kind === "error" && engine?.report !== undefined;
    const evidence: Evidence = {
      localPort: carrier.localPort(),
      ...(last === undefined ? {} : { replyBytes: last.bytes.length, ...sourceOf(last, asked) }),
      ...(hasReport ? { replyMatches: true } : reading.evidence),
      ...again,
      snmp: {
        version: "3",
        ...reading.snmp,
        ...(engine === undefined ? {} : { engineId: engine.id }),
        ...(hasReport ? { report: engine.report } : {}),
      },
    };
    const rttMs = last?.measured?.afterMs ?? flight.elapsedMs() - sentAtMs;
    flight.settle({ outcome: { kind: "open", rttMs }, evidence });
  }
}
