import { randomInt } from "node:crypto";
import type { Evidence } from "../../model/outcome.ts";
import { unsent } from "../../model/unsent.ts";
import { beginAlike, sameBytes } from "../../wire/bytes.ts";
import { type IcmpMessage, decodeIcmp, encodeEcho } from "../../wire/ip/icmp.ts";
import { addressBytes } from "../../wire/ip/address-bytes.ts";
import type { InFlight } from "../flight/in-flight.ts";
import type { Tries } from "../flight/tries.ts";
import { explainLocalError, leavesFirstTry } from "../kernel/network-error.ts";
import { isOwnAddress } from "../kernel/own-addresses.ts";
import { nextRandomBytes } from "../kernel/random-bytes.ts";
import { type RawOpening, type RawSocket, openRawSocket } from "../kernel/raw-socket.ts";
import { startListening, stopListening, takeError } from "../witness/witness.ts";

const nonceBytes = 32;
const packetsPerTurn = 32;
const fullBufferPauseMs = 5;

/** An echo request that waits for its answer, or for its turn to be sent. */
interface Waiting {
  flight: InFlight;
  nonce: Uint8Array;
  /** Absent until its turn comes. */
  sentAtMs?: number;
  /** What its answer shows if it is the second try. */
  again?: Tries;
}

/** What answered one echo request. */
type Answered = { message: IcmpMessage; source: string };

/** One raw socket and every echo under way on it; each address family has its own. The witness reads it too. */
export interface EchoSocket {
  /**
   * Sends one echo request when its turn comes, which the flight is told, and settles the probe with the first message
   * that belongs to it. May be called again for a second try.
   */
  echo(flight: InFlight): void;
  close(): void;
}

const openings = new Map<4 | 6, Promise<{ kind: "opened"; socket: EchoSocket } | { kind: "none"; why: string }>>();

/** The shared socket of a family, opened when it is first asked for; or why there is none. */
export function echoSocket(family: 4 | 6) {
  const existing = openings.get(family);
  if (existing !== undefined) return existing;
  const opening = openEchoSocket(family);
  openings.set(family, opening);
  return opening;
}

/** Closes the shared sockets, which otherwise keep the process alive. They open again when they are needed again. */
export async function closeEchoSockets(): Promise<void> {
  const opened = [...openings.values()];
  openings.clear();
  for (const opening of await Promise.all(opened)) if (opening.kind === "opened") opening.socket.close();
}

async function openEchoSocket(family: 4 | 6) {
  const id = randomInt(0x1_0000);
  const waiting = new Map<number, Waiting>();
  const unsentYet: number[] = [];
  let nextSequence = randomInt(0x1_0000);
  let turnPlanned = false;
  const opening: RawOpening = await openRawSocket(family === 4 ? "icmp" : "icmpv6", receive, failAll);
  if (opening.kind === "none") return opening;
  startListening(family);
  const raw: RawSocket = opening.socket;

  function echo(flight: InFlight): void {
    const sequence = freeSequence();
    if (sequence === undefined) {
      if (!flight.hasSent()) flight.settle(unsent("descriptors", "All 65536 ICMP sequence numbers are in use"));
      return;
    }
    waiting.set(sequence, { flight, nonce: nextRandomBytes(nonceBytes) });
    flight.onEnd(() => waiting.delete(sequence));
    unsentYet.push(sequence);
    planTurn();
  }

  function freeSequence(): number | undefined {
    for (let tries = 0; tries < 0x1_0000; tries += 1) {
      const sequence = nextSequence;
      nextSequence = (nextSequence + 1) & 0xffff;
      if (!waiting.has(sequence)) return sequence;
    }
    return undefined;
  }

  /** A few packets for each turn of the event loop, so that answers are read before the receive buffer overflows. */
  function planTurn(): void {
    if (turnPlanned || unsentYet.length === 0) return;
    turnPlanned = true;
    setImmediate(takeTurn);
  }

  function takeTurn(): void {
    const full = unsentYet.splice(0, packetsPerTurn).filter((sequence) => send(sequence) === "full");
    unsentYet.unshift(...full);
    if (full.length > 0) {
      setTimeout(takeTurn, fullBufferPauseMs);
      return;
    }
    turnPlanned = false;
    planTurn();
  }

  /** `full`: hosts without an answer to ARP hold the send buffer for a while, so the packet takes another turn. */
  function send(sequence: number): "done" | "full" {
    const probe = waiting.get(sequence);
    if (probe === undefined) return "done"; // ended before its turn came
    const { flight, nonce } = probe;
    try {
      const sentAtMs = flight.elapsedMs();
      raw.send(Buffer.from(encodeEcho(family, "request", { id, sequence, payload: nonce })), flight.context.address);
      probe.sentAtMs = sentAtMs;
      probe.again = flight.noteSent();
    } catch (error) {
      const errno = errnoOfText((error as Error).message);
      if (errno === "EAGAIN") return "full";
      if (leavesFirstTry(errno, flight, false)) return "done";
      // A raw socket that is not connected learns nothing of the network when it sends (raw(7)).
      flight.settleWith(explainLocalError(Object.assign(new Error(), { code: errno }), flight.context, 0));
    }
    return "done";
  }

  function receive(packet: Buffer, source: string): void {
    const message = decodeIcmp(family, packet);
    if (message === undefined) takeError(family, packet, source);
    if (message === undefined || message.kind === "request") return;
    const { id: answeredId, sequence } = message.kind === "error" ? message.quoted : message;
    const probe = answeredId === id ? waiting.get(sequence) : undefined;
    if (probe === undefined) return;
    // Ids are 16 bits: other programs, late answers and forgers are told apart by the nonce, as far as it is quoted.
    const isOurs =
      message.kind === "error"
        ? sameBytes(message.quoted.target, addressBytes(probe.flight.context.address)) &&
          beginAlike(message.quoted.payload, probe.nonce)
        : sameBytes(message.payload, probe.nonce);
    if (isOurs) settleEcho(probe, { message, source });
  }

  /** A socket that failed receives nothing any more: what it would send later would look like silence. */
  function failAll(error: Error): void {
    stopListening(family);
    openings.delete(family);
    raw.close();
    for (const { flight } of waiting.values())
      flight.settle(unsent("internal", `The raw socket failed: ${error.message}`));
  }

  /** First ends what is under way: the module would open a closed socket again for the next packet. */
  function close(): void {
    for (const { flight } of waiting.values()) flight.settle(unsent("aborted", "The raw socket was closed"));
    stopListening(family);
    raw.close();
  }

  return { kind: "opened" as const, socket: { echo, close } };
}

function settleEcho({ flight, again, sentAtMs = 0 }: Waiting, { message, source }: Answered): void {
  const rttMs = flight.elapsedMs() - sentAtMs;
  const method = "raw-socket" as const;
  const { address } = flight.context;
  const isOwn = isOwnAddress(source) && !isOwnAddress(address);
  if (message.kind === "error" && isOwn && message.prohibited) {
    const code = `ICMP ${message.type}/${message.code} from its own address ${source}`;
    flight.settle(
      unsent("local-firewall", `A rule of this machine rejected the echo request to ${address} (${code})`, { method }),
    );
    return;
  }
  if (message.kind === "error") {
    flight.settle({
      outcome: { kind: message.prohibited ? "prohibited" : "unreachable", rttMs },
      evidence: {
        method,
        ...(isOwn ? { localAddress: source } : {}),
        reporter: source,
        icmpCode: `${message.type}/${message.code}`,
        codeSeen: true,
        ...again,
      },
    });
    return;
  }
  // Field by field, in the order of the record: spreading and sorting take longer than all the rest of an echo.
  const evidence: Evidence = isSameAddress(source, address) ? {} : { replyFrom: source };
  evidence.replyBytes = message.payload.length + 8;
  evidence.replyMatches = true;
  if (again?.tries !== undefined) evidence.tries = again.tries;
  if (message.ttl !== undefined) evidence.ttl = message.ttl;
  evidence.method = method;
  flight.settle({ outcome: { kind: "open", rttMs }, evidence });
}

/** Addresses have several spellings over IPv6. */
const isSameAddress = (one: string, other: string): boolean =>
  one === other || sameBytes(addressBytes(one), addressBytes(other));

/** strerror(3) backwards: the native module keeps the text and throws the number away. */
const errnoTexts: Readonly<Record<string, string>> = {
  "Operation not permitted": "EPERM",
  "Permission denied": "EACCES",
  "Network is unreachable": "ENETUNREACH",
  "No route to host": "EHOSTUNREACH",
  "Host is down": "EHOSTDOWN",
  "Invalid argument": "EINVAL",
  "No buffer space available": "ENOBUFS",
  "Cannot allocate memory": "ENOMEM",
  "Cannot assign requested address": "EADDRNOTAVAIL",
  "Resource temporarily unavailable": "EAGAIN",
};
const errnoOfText = (text: string) => errnoTexts[text] ?? text;
