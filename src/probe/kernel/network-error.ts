import type { Evidence } from "../../model/outcome.ts";
import { readIpLiteral } from "../../model/address/ip-literal.ts";
import { unsent } from "../../model/unsent.ts";
import { readErrno } from "./errno.ts";
import type { InFlight } from "../flight/in-flight.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { here } from "../../sockets/here.ts";
import type { SocketError } from "../../sockets/sockets.ts";
import { readIcmpError } from "./icmp-meaning.ts";
import { seenByIcmp } from "./icmp-seen.ts";

/** The errno of an error of `node:net`, `node:dgram` or `node:child_process`; `UNKNOWN` if it has none. */
export function errnoOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "UNKNOWN";
}

/**
 * True if a try failed on this side and an earlier one has left: what keeps this machine from asking again takes nothing
 * from the first question. `wasNoted` says that the failed one had been noted as sent.
 */
export function leavesFirstTry(errno: string, flight: InFlight, wasNoted: boolean): boolean {
  if (readErrno(errno).kind !== "unsent") return false;
  if (wasNoted) flight.takeBack();
  return flight.hasSent();
}

type Target = Pick<ProbeContext, "address" | "family" | "sockets">;

/**
 * Turns a socket's error into an outcome. Where the errno alone cannot tell this machine from the network, the local
 * routing table is asked first, so that a missing route here is never blamed on the far end. `codeSeen` is false in what
 * an ICMP error may have caused; where the kernel kept the error itself, that tells. `elapsedMs` is the time from the
 * request to the error. Never rejects.
 */
export async function explainError(
  error: SocketError,
  target: Target,
  elapsedMs: number,
  evidence: Evidence = {},
): Promise<Seen> {
  const { address, family, sockets = here } = target;
  const told = explainIcmp(error, target, elapsedMs, evidence);
  if (told !== undefined) return told;
  const errno = errnoOf(error);
  const reading = readErrno(errno);
  const seen = { ...evidence, errno };
  if (reading.asksRoute === true) {
    const route = await sockets.findRoute(address, family);
    if (route.kind === "unrouted") return unsent("no-route", whyUnrouted(address, route.errno), seen);
    if (route.kind === "unknown")
      return explainError(Object.assign(new Error(), { code: route.errno }), target, elapsedMs, evidence);
  }
  switch (reading.kind) {
    case "open":
      return {
        outcome: { kind: "open", rttMs: elapsedMs },
        evidence: { ...seen, replyBytes: 0, replySummary: "reset right after the handshake" },
      };
    case "refused": // no ICMP error, where one would have been kept: so it was a reset, which has no code
      return {
        outcome: { kind: "refused", rttMs: elapsedMs },
        evidence: error.icmp === "none" ? seen : { ...seen, codeSeen: false },
      };
    case "prohibited":
      // No ICMP code of IPv4 becomes EACCES, so there it is a policy of this machine.
      if (family === 4 || isFromConnect(error)) return forbiddenHere(address, seen);
      return { outcome: { kind: "prohibited", rttMs: elapsedMs }, evidence: { ...seen, codeSeen: false } };
    case "unreachable":
      if (isFromConnect(error)) return unsent("no-route", whyUnrouted(address, errno), seen);
      return { outcome: { kind: "unreachable", rttMs: elapsedMs }, evidence: { ...seen, codeSeen: false } };
    case "silent":
      return { outcome: { kind: "silent", waitedMs: elapsedMs }, evidence: seen };
    case "unsent":
      return unsent(reading.cause, `The operating system refused to send to ${address} (${errno})`, seen);
  }
}

/** What the ICMP error behind an error means; `undefined` where the kernel kept none, or one that is no end. */
function explainIcmp(
  error: SocketError,
  { address, family }: Target,
  rttMs: number,
  evidence: Evidence,
): Seen | undefined {
  const { icmp } = error;
  if (icmp === undefined || icmp === "none") return undefined;
  const kind = readIcmpError(family, icmp.type, icmp.code);
  if (kind === undefined) return undefined;
  const { type, code, sender: reporter, isOwn } = icmp;
  return seenByIcmp({ kind, icmpCode: `${type}/${code}`, reporter, isOwn, rttMs }, address, evidence);
}

/** The same for an error that cannot have come from the network, whatever its number: nothing was sent. */
export async function explainLocalError(error: Error, target: Target, elapsedMs: number): Promise<Seen> {
  const explained = await explainError(error, target, elapsedMs);
  if (explained.outcome.kind === "unsent") return explained;
  const errno = errnoOf(error);
  const isRouting = explained.outcome.kind === "unreachable";
  if (isRouting) return unsent("no-route", whyUnrouted(target.address, errno), { errno });
  if (explained.outcome.kind === "prohibited") return forbiddenHere(target.address, { errno });
  return unsent("internal", `The operating system refused to send to ${target.address} (${errno})`, { errno });
}

/**
 * True if connect(2) itself failed, before any packet could be answered: Node then names the local end in the message
 * (`internalConnect` in lib/net.js), which it does not for an error that came later.
 */
const isFromConnect = ({ isAtCall, message }: SocketError): boolean => isAtCall ?? / - Local \(/.test(message);

const forbiddenHere = (address: string, seen: Evidence): Seen =>
  unsent("local-firewall", `A policy of this machine forbids ${address} (${seen.errno})`, seen);

/** Why a link-local address without an interface cannot be asked: it is on every link. `undefined` for any other. */
export function whyLinkless(address: string): string | undefined {
  const literal = readIpLiteral(address);
  if (literal?.kind !== "link-local" || literal.zone !== undefined) return undefined;
  return `${address} is link-local and says nothing of the link: write it with the interface, ${address}%eth0`;
}

/** Why this machine knows no way to an address. */
export function whyUnrouted(address: string, errno: string): string {
  return whyLinkless(address) ?? `This machine has no route to ${address} (${errno})`;
}
