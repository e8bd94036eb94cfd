import { unsent } from "../../model/unsent.ts";
import { type IcmpError, decodeIcmpError } from "../../wire/ip/icmp-error.ts";
import { decodeSynAnswer } from "../../wire/ip/tcp-segment.ts";
import { type IcmpMeaning, readIcmpError } from "./icmp-meaning.ts";
import type { InFlight, Tries } from "../flight/in-flight.ts";
import { isOwnAddress } from "../kernel/own-addresses.ts";
import type { Seen } from "../flight/prober.ts";

/**
 * The witness: raw sockets see every ICMP error with its code, its sender and the header of the packet that it is
 * about, of which the probe's own socket gets an ambiguous errno or nothing at all
 * (docs/notes/linux-network.md#a-raw-socket-sees-every-icmp-error). A probe says here where it goes; an error that
 * quotes it ends it.
 */

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
  /** Time to live of the first answer to a SYN over IPv4, where it was seen. */
  ttl?: number;
  /** Another socket that asks the same place. */
  next?: Watch | undefined;
}

/** Families whose errors are heard now. */
const heard = new Set<4 | 6>();
const watches = { tcp: new Map<string, Watch>(), udp: new Map<string, Watch>() };

/** To be called when a raw ICMP socket of the family is open and hands on what it receives. */
export const startHearing = (family: 4 | 6): unknown => heard.add(family);
/** To be called when it is not any more. */
export const stopHearing = (family: 4 | 6): unknown => heard.delete(family);

/** Whether ICMP errors of the family are heard now. */
export const isHeard = (family: 4 | 6): boolean => heard.has(family);

const placeOf = (address: string, port: number): string => `${address} ${port}`;

/**
 * Has the witness watch what a socket sends to `port`, until the probe ends or `stopWatching`. Call it before the first
 * packet can be answered. `undefined`, at no cost, where nobody listens for ICMP errors.
 */
export function watchErrors(
  flight: InFlight,
  {
    transport,
    port,
    sourcePort,
    sentAtMs,
    again,
  }: Pick<Watch, "transport" | "sourcePort" | "sentAtMs" | "again"> & {
    port: number;
  },
): Watch | undefined {
  const { address, family } = flight.context;
  if (!heard.has(family)) return undefined;
  const place = placeOf(address, port);
  const all = watches[transport];
  const watch: Watch = { flight, transport, place, sourcePort, sentAtMs, again, next: all.get(place) };
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
export function hearError(family: 4 | 6, packet: Uint8Array, reporter: string): void {
  if (watches.tcp.size === 0 && watches.udp.size === 0) return;
  const error = decodeIcmpError(family, packet);
  const meaning = error === undefined ? undefined : readIcmpError(family, error.type, error.code);
  if (error === undefined || meaning === undefined) return;
  const { transport, destination, destinationPort, sourcePort } = error.quoted;
  const watch = find(transport, placeOf(destination, destinationPort), sourcePort);
  watch?.flight.settle(judgeError(watch, error, meaning, reporter));
}

/**
 * An error that this machine sent itself is no router's. Nobody having answered ARP or neighbour discovery is a fact
 * about the network all the same (`ipv4_link_failure` in net/ipv4/route.c); everything else is a rule of this machine.
 */
function judgeError(watch: Watch, { type, code, quoted }: IcmpError, kind: IcmpMeaning, reporter: string): Seen {
  const { flight, sentAtMs, again } = watch;
  const { address } = flight.context;
  const icmpCode = `${type}/${code}`;
  const isOwn = isOwnAddress(reporter) && !isOwnAddress(address);
  const local = { ...(isOwn ? { localAddress: reporter } : {}), localPort: quoted.sourcePort };
  const evidence = { ...local, reporter, icmpCode, codeSeen: true, ...again };
  if (isOwn && kind !== "unreachable") {
    const detail = `A rule of this machine rejected the packet to ${address} (ICMP ${icmpCode} from its own address ${reporter})`;
    return unsent("local-firewall", detail, evidence);
  }
  return { outcome: { kind, rttMs: Math.max(0, flight.elapsedMs() - sentAtMs()) }, evidence };
}

/** Takes a packet of a raw TCP socket (IPv4): notes how far the first answer to a SYN of ours has come. */
export function hearSegment(packet: Uint8Array): void {
  const answer = decodeSynAnswer(packet);
  if (answer === undefined || answer.source.startsWith("127.")) return; // nothing stands between us and ourselves
  const watch = find("tcp", placeOf(answer.source, answer.sourcePort), answer.destinationPort);
  if (watch !== undefined) watch.ttl ??= answer.ttl;
}
