import type { Evidence, SnmpEvidence } from "../../model/outcome.ts";
import { sameBytes } from "../../wire/bytes.ts";
import { encodeSnmpGet } from "../../wire/snmp/get.ts";
import { encodeSnmpDiscovery, isEngineAnswer } from "../../wire/snmp/v3.ts";
import type { InFlight } from "../flight/in-flight.ts";
import type { Tries } from "../flight/tries.ts";
import { nextRandomBytes } from "../kernel/random-bytes.ts";
import { readResponse } from "./answer.ts";
import { type Replies, noteEngine, noteStray, sourceOf } from "./replies.ts";
import { type SnmpCarrier, type SnmpReceived, openSnmpCarrier } from "./sockets.ts";

type Version = Exclude<SnmpEvidence["version"], "3">;

/** What is asked, and what was received so far. */
export interface Question {
  port: number;
  /** The version that is configured. */
  version: Version;
  community: Uint8Array;
  replies: Replies;
}

/** One socket's share of the conversation. */
export interface Exchange {
  get(version: Version): void;
  /** Asks for the engine of version 3; `onEngine` is called when there is one, with what its answer shows. */
  discover(onEngine: (again: Tries) => void): void;
}

/** A request that left: what its answer is compared with. */
interface Sent {
  sentAtMs: number;
  again: Tries;
}

/** An id of four bytes that cannot be guessed, so that a forged or stray packet is not taken for an answer. */
export const idOf = ([first = 0, second = 0, third = 0, fourth = 0]: Uint8Array): number =>
  (first & 0x7f) * 2 ** 24 + second * 2 ** 16 + third * 2 ** 8 + fourth || 1;

/**
 * Opens a socket of one probe and settles the probe with the first response to a GET that leaves from it. A response
 * carries the id of that GET, wherever it comes from (RFC 3416 §4.2.2); that an engine is there shows in a Report with
 * its id (RFC 3414 §4). Everything else, our own request sent back included, is no answer.
 */
export function openExchange(
  flight: InFlight,
  { port, version, community, replies }: Question,
  kind: Parameters<typeof openSnmpCarrier>[2],
  onReady: (exchange: Exchange) => void,
): void {
  const asked = { address: flight.context.address, port };
  const nextId = (): number => idOf((flight.context.sockets?.nextNumber ?? nextRandomBytes)(4));
  const gets = new Map<number, Sent & { version: Version }>();
  let discovery: (Sent & { id: number; onEngine: (again: Tries) => void }) | undefined;
  let carrier: SnmpCarrier | undefined;
  let lastSentAtMs = 0;

  openSnmpCarrier(
    flight,
    port,
    kind,
    (ready) => {
      carrier = ready;
      onReady({ get, discover });
    },
    receive,
  );

  function send(id: number, bytes: Uint8Array): Sent {
    const sentAtMs = flight.elapsedMs();
    lastSentAtMs = sentAtMs;
    carrier?.expect(id);
    return { sentAtMs, again: carrier?.send(bytes) ?? {} };
  }

  function get(as: Version): void {
    const id = nextId();
    gets.set(id, { version: as, ...send(id, encodeSnmpGet(as, community, id)) });
  }

  function discover(onEngine: (again: Tries) => void): void {
    const id = nextId();
    discovery = { id, onEngine, ...send(id, encodeSnmpDiscovery(id)) };
  }

  /** Anything may arrive here: from elsewhere than the target only what carries an id of ours counts. */
  function receive(received: SnmpReceived): void {
    const { message, engine } = received;
    const nowMs = flight.elapsedMs();
    const rttSince = (sentAtMs: number) =>
      sentAtMs === lastSentAtMs ? (received.measured?.afterMs ?? nowMs - sentAtMs) : nowMs - sentAtMs;
    const answered = message === undefined ? undefined : gets.get(message.requestId);
    const isDiscovery = engine !== undefined && engine.messageId === discovery?.id;
    if (message?.isResponse === true && answered !== undefined) {
      const reading = readResponse(message, answered.version, sameBytes(message.community, community));
      const evidence: Evidence = {
        localPort: carrier?.localPort(),
        replyBytes: received.bytes.length,
        ...sourceOf(received, asked),
        ...reading.evidence,
        ...answered.again,
        snmp: {
          version: answered.version,
          ...(answered.version === "1" && version === "2c" ? { configuredVersion: version } : {}),
          ...reading.snmp,
        },
      };
      flight.settle({ outcome: { kind: "open", rttMs: rttSince(answered.sentAtMs) }, evidence });
    } else if (isDiscovery && discovery !== undefined && engine.isReport && isEngineAnswer(engine)) {
      noteEngine(replies, engine, received, rttSince(discovery.sentAtMs));
      discovery.onEngine(discovery.again);
    } else {
      const { sentAtMs = nowMs } = answered ?? (isDiscovery ? discovery : undefined) ?? [...gets.values()][0] ?? {};
      noteStray(replies, received, asked, rttSince(sentAtMs), answered !== undefined || isDiscovery);
    }
  }
}
