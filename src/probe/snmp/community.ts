import { randomInt } from "node:crypto";
import type { Evidence, SnmpEvidence } from "../../model/outcome.ts";
import type { SnmpCredentials } from "../../model/task.ts";
import { sameBytes } from "../../wire/bytes.ts";
import { type SnmpMessage, askedObjects, encodeSnmpGet } from "../../wire/snmp/get.ts";
import { encodeSnmpDiscovery } from "../../wire/snmp/v3.ts";
import { type InFlight, type Tries, runProbe } from "../flight/in-flight.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { nameErrorStatus, notValid, readVariables } from "./answer.ts";
import { type Heard, noteEngine, summarise } from "./heard.ts";
import { type SnmpCarrier, type SnmpReceived, canShare, openSnmpCarrier } from "./sockets.ts";
import { takeTurn } from "../flight/take-turns.ts";

type CommunityCredentials = Exclude<SnmpCredentials, { version: "3" }>;

/** What is asked, and what was heard so far. */
interface Question {
  port: number;
  version: CommunityCredentials["version"];
  community: Uint8Array;
  heard: Heard;
}

/**
 * SNMP versions 1 and 2c: one GET; after silence, from another port, the engine discovery of version 3, which needs no
 * credentials; and only if nothing at all came back, the GET a second and last time. Either the first GET or the last
 * leaves from a connected socket, of which the kernel itself keeps the errors: in a burst the witness may miss some. The
 * other and the discovery leave from unconnected ones, which hear a multihomed agent's other addresses.
 */
export function askWithCommunity(
  port: number,
  { version, community }: CommunityCredentials,
  context: ProbeContext,
): Promise<Seen> {
  const heard: Heard = {};
  const question: Question = { port, version, community: Buffer.from(community), heard };
  const { timeoutMs } = context;
  const shares = canShare(context);
  const discoverAtMs = discoveryDelayMs(timeoutMs);
  return runProbe(
    context,
    (flight) => {
      openExchange(flight, question, shares ? "shared" : "connected", ({ get }) => get());
      later(flight, discoverAtMs, () =>
        openExchange(flight, question, shares ? "shared" : "unconnected", ({ get, discover }) => {
          discover();
          later(flight, (timeoutMs - discoverAtMs) / 2, () => {
            if (heard.engine !== undefined || heard.stray !== undefined) return;
            if (shares) openExchange(flight, question, "connected", ({ get }) => get());
            else get();
          });
        }),
      );
    },
    (waitedMs, tries) => summarise(heard, context.address, version, waitedMs, tries),
  );
}

/** Does something after a delay, few probes at a time. */
function later(flight: InFlight, delayMs: number, act: () => void): void {
  flight.after(delayMs, () =>
    takeTurn(() => {
      if (!flight.hasEnded()) act();
    }),
  );
}

/**
 * How long a GET waits before discovery is asked from another port: at least a second where the deadline allows it. A
 * short deadline leaves the larger part to discovery, whose answer decides between a wrong community and silence.
 */
export function discoveryDelayMs(timeoutMs: number): number {
  return timeoutMs < 2_000 ? timeoutMs * 0.4 : Math.max(1_000, timeoutMs * 0.4);
}

/** An id that cannot be guessed, so that a forged or stray packet is not taken for an answer. */
const randomId = () => randomInt(1, 0x8000_0000);

/** One socket's share of the conversation. */
interface Exchange {
  get(): void;
  discover(): void;
}

function openExchange(
  flight: InFlight,
  { port, version, community, heard }: Question,
  kind: Parameters<typeof openSnmpCarrier>[2],
  onReady: (exchange: Exchange) => void,
): void {
  const { address } = flight.context;
  let getId: number | undefined;
  let again: Tries | undefined;
  let discoveryId: number | undefined;
  let sentAtMs = flight.elapsedMs();
  let carrier: SnmpCarrier | undefined;

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

  function send(id: number, bytes: Uint8Array): void {
    sentAtMs = flight.elapsedMs();
    carrier?.expect(id);
    again = carrier?.send(bytes);
  }

  function get(): void {
    getId = randomId();
    send(getId, encodeSnmpGet(version, community, getId));
  }

  function discover(): void {
    discoveryId = randomId();
    send(discoveryId, encodeSnmpDiscovery(discoveryId));
  }

  /** Anybody may be heard here: from elsewhere than the target only what carries an id of ours counts. */
  function receive(received: SnmpReceived): void {
    const { bytes, from, message, engine } = received;
    const rttMs = flight.elapsedMs() - sentAtMs;
    if (message !== undefined && message.requestId === getId) {
      const reading = read(message, version, community);
      const evidence: Evidence = {
        localPort: carrier?.localPort(),
        replyBytes: bytes.length,
        ...(from === address ? {} : { replyFrom: from }),
        ...reading.evidence,
        ...again,
        snmp: { version, ...reading.snmp },
      };
      flight.settle({ outcome: { kind: "open", rttMs }, evidence });
    } else if (engine !== undefined && (from === address || engine.messageId === discoveryId)) {
      noteEngine(heard, engine, received, rttMs);
    } else if (from === address && received.port === port) {
      heard.stray ??= { bytes: bytes.length, rttMs };
    }
  }
}

/** What a message says that carries the id of our GET. */
function read(
  message: SnmpMessage,
  version: CommunityCredentials["version"],
  community: Uint8Array,
): { evidence: Evidence; snmp: Omit<SnmpEvidence, "version"> } {
  const wrong = findFault(message, version, community);
  if (wrong !== undefined) return { evidence: notValid(wrong), snmp: {} };
  const evidence = { replyMatches: true };
  if (message.errorStatus > 0) return { evidence, snmp: { errorStatus: nameErrorStatus(message.errorStatus) } };
  return { evidence, snmp: readVariables(message.variables) };
}

/** Why a message is no answer to our GET though it carries its id, in net-snmp's words. */
function findFault(message: SnmpMessage, version: string, community: Uint8Array): string | undefined {
  if (message.version !== version) return "EVersionNoMatch";
  if (!sameBytes(message.community, community)) return "ECommunityNoMatch";
  if (!message.isResponse) return "EUnknownPduType";
  const isComplete = message.errorStatus > 0 || message.variables.length === Object.keys(askedObjects).length;
  return isComplete ? undefined : "EReqResOidNoMatch";
}
