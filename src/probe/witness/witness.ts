import { type IcmpError, decodeIcmpError } from "../../wire/ip/icmp-error.ts";
import { decodeSynAnswer } from "../../wire/ip/tcp-segment.ts";
import { beginAlike } from "../../wire/bytes.ts";
import { errnoOfIcmp } from "./icmp-errno.ts";
import { type IcmpMeaning, readIcmpError } from "../kernel/icmp-meaning.ts";
import { seenByIcmp } from "../kernel/icmp-seen.ts";
import type { InFlight } from "../flight/in-flight.ts";
import type { Tries } from "../flight/tries.ts";
import { forgetSweeps, isSwept, noteStrayError } from "./sweeps.ts";
import { isOwnAddress } from "../kernel/own-addresses.ts";
import type { Seen } from "../flight/prober.ts";

/**
 * The witness: raw sockets see every ICMP error with its code, its sender and the header of the packet that it is
 * about, of which the probe's own socket gets an ambiguous errno or nothing at all (docs/notes/icmp-errors.md). A probe
 * says here where it goes; an error that quotes it ends it, unless somebody who does not see our packets may have made
 * it up.
 */

/** An error that the quotation alone does not prove. */
export interface Claim {
  readonly seen: Seen;
  /** What the kernel says if it takes the error for its own. */
  readonly errno: string | undefined;
  /** On the monotonic clock. */
  readonly receivedAtMs: number;
}

/** A socket's packets under way. */
export interface Watch {
  readonly flight: InFlight;
  readonly transport: "tcp" | "udp";
  /** Address and port that are asked. */
  readonly place: string;
  /** Asked for only when something comes in about the place, because asking the kernel costs more than all the rest. */
  readonly sourcePort: () => number | undefined;
  /** When the packet left, in milliseconds since the probe began. */
  readonly sentAtMs: () => number;
  /** What an error about the second try shows. */
  readonly again?: Tries | undefined;
  /** TCP: an error is only a claim until the socket itself fails, because the kernel compares sequence numbers. */
  readonly byErrno?: boolean | undefined;
  /** UDP: the datagrams that left, to be compared with what an error quotes. */
  readonly sent?: (() => readonly Uint8Array[]) | undefined;
  /** The last few, oldest first. */
  claims?: readonly Claim[];
  /** An error quoted something that never left. */
  isForged?: boolean;
  /** What an error is worth that its quotation does not prove. */
  weighed?: Promise<Seen | undefined>;
  /** Time to live of the first answer to a SYN over IPv4, where it was seen. */
  ttl?: number;
  /** Another socket that asks the same place. */
  next?: Watch | undefined;
}

/** Families whose errors are received now. */
const listening = new Set<4 | 6>();
const watches = { tcp: new Map<string, Watch>(), udp: new Map<string, Watch>() };

/** To be called when a raw ICMP socket of the family is open and hands on what it receives. */
export const startListening = (family: 4 | 6): unknown => listening.add(family);
/** To be called when it is not any more. */
export function stopListening(family: 4 | 6): void {
  listening.delete(family);
  if (listening.size === 0) forgetSweeps();
}

/** Whether ICMP errors of the family are received now. */
export const isListening = (family: 4 | 6): boolean => listening.has(family);

const endpointKey = (address: string, port: number): string => `${address} ${port}`;

/**
 * Has the witness watch what a socket sends to `port`, until the probe ends or `stopWatching`. Call it before the first
 * packet can be answered. `undefined`, at no cost, where nobody listens for ICMP errors.
 */
export function watchErrors(
  flight: InFlight,
  one: Pick<Watch, "transport" | "sourcePort" | "sentAtMs" | "again" | "byErrno" | "sent"> & { port: number },
): Watch | undefined {
  const { address, family, sockets } = flight.context;
  if (!listening.has(family) || sockets !== undefined) return undefined; // those of another machine say it themselves
  const { transport, sourcePort, sentAtMs, again, byErrno, sent } = one;
  const place = endpointKey(address, one.port);
  const all = watches[transport];
  const watch: Watch = { flight, transport, place, sourcePort, sentAtMs, again, byErrno, sent, next: all.get(place) };
  all.set(place, watch);
  flight.onEnd(() => stopWatching(watch));
  return watch;
}

/** From now on errors about these packets mean nothing to the probe. */
export function stopWatching(watch: Watch): void {
  const { place, next } = watch;
  const all = watches[watch.transport];
  const first = all.get(place);
  if (first === watch) {
    if (next === undefined) all.delete(place);
    else all.set(place, next);
    return;
  }
  for (let at = first; at !== undefined; at = at.next) if (at.next === watch) at.next = next;
}

/** The watch for a packet from one of our ports to a place. */
function find(transport: "tcp" | "udp", place: string, sourcePort: number): Watch | undefined {
  let watch = watches[transport].get(place);
  while (watch !== undefined && watch.sourcePort() !== sourcePort) watch = watch.next;
  return watch;
}

/** Takes a message of a raw ICMP socket; ends the probe that it is about, if there is one. */
export function takeError(family: 4 | 6, packet: Uint8Array, reporter: string): void {
  if (watches.tcp.size === 0 && watches.udp.size === 0) return;
  const error = decodeIcmpError(family, packet);
  const meaning = error === undefined ? undefined : readIcmpError(family, error.type, error.code);
  if (error === undefined || meaning === undefined) return;
  const { transport, destination, destinationPort, sourcePort } = error.quoted;
  const place = endpointKey(destination, destinationPort);
  const watch = find(transport, place, sourcePort);
  if (watch === undefined) {
    if (watches[transport].has(place)) noteStrayError(`${transport} ${place}`, performance.now());
    return;
  }
  const seen = judgeError(watch, error, meaning, reporter);
  const proof = compareQuoted(error.quoted.payload, watch.sent?.() ?? []);
  if (proof === "differs") {
    watch.isForged = true;
    noteStrayError(`${transport} ${place}`, performance.now());
  }
  if (proof === "same" || (proof === "unknown" && watch.byErrno !== true && watch.sent === undefined)) {
    watch.flight.settle(seen);
    return;
  }
  watch.flight.doubt({ reporter, icmpCode: `${error.type}/${error.code}` });
  if (watch.byErrno !== true) {
    if (proof === "unknown") weigh(watch, seen);
    return;
  }
  const claim = { seen, errno: errnoOfIcmp(family, error.type, error.code), receivedAtMs: performance.now() };
  watch.claims = [...(watch.claims ?? []).slice(1 - mostClaims), claim];
}

const mostClaims = 4;

/** Whoever tries out ports hits one before the others or after them: a moment later it shows. */
function weigh(watch: Watch, seen: Seen): void {
  if (watch.weighed !== undefined || isDoubtful(watch)) return;
  watch.weighed = weighSoon(watch, seen);
  watch.flight.settleWith(watch.weighed);
}

const weighedForMs = 50;

async function weighSoon(watch: Watch, seen: Seen): Promise<Seen | undefined> {
  await new Promise((resolve) => setTimeout(resolve, weighedForMs));
  return isDoubtful(watch) ? undefined : seen;
}

/** True if errors about these packets have been forged, so that no other is believed without proof. */
export const isDoubtful = ({ isForged, transport, place }: Watch): boolean =>
  isForged === true || isSwept(`${transport} ${place}`, performance.now());

/**
 * Whether an error quotes what left. The whole of a datagram has an id in it that nobody can guess; a part of it may
 * lack that, and an empty one has none.
 */
export function compareQuoted(quoted: Uint8Array, sent: readonly Uint8Array[]): "same" | "differs" | "unknown" {
  if (sent.length === 0) return "unknown";
  const alike = sent.filter((bytes) => beginAlike(bytes, quoted) && quoted.length <= bytes.length);
  if (alike.length === 0) return "differs";
  return alike.some(({ length }) => length > 0 && length === quoted.length) ? "same" : "unknown";
}

function judgeError(watch: Watch, { type, code, quoted }: IcmpError, kind: IcmpMeaning, reporter: string): Seen {
  const { flight, sentAtMs, again } = watch;
  const { address } = flight.context;
  const icmpCode = `${type}/${code}`;
  const isOwn = isOwnAddress(reporter) && !isOwnAddress(address);
  const rttMs = flight.elapsedMs() - sentAtMs();
  return seenByIcmp({ kind, icmpCode, reporter, isOwn, rttMs }, address, { localPort: quoted.sourcePort, ...again });
}

/** Takes a packet of a raw TCP socket (IPv4): notes how far the first answer to a SYN of ours has come. */
export function takeSegment(packet: Uint8Array): void {
  const answer = decodeSynAnswer(packet);
  if (answer === undefined || answer.source.startsWith("127.")) return; // nothing stands between us and ourselves
  const watch = find("tcp", endpointKey(answer.source, answer.sourcePort), answer.destinationPort);
  if (watch !== undefined) watch.ttl ??= answer.ttl;
}
