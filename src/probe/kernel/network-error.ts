import type { Evidence } from "../../model/outcome.ts";
import { unsent } from "../../model/unsent.ts";
import { readErrno } from "./errno.ts";
import type { InFlight } from "../flight/in-flight.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { findRoute } from "./route.ts";

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

/**
 * Turns a socket's error into an outcome. Where the errno alone cannot tell this machine from the network, the local
 * routing table is asked first, so that a missing route here is never blamed on the far end. `codeSeen` is false in what
 * an ICMP error may have caused. `elapsedMs` is the time from the request to the error. Never rejects.
 */
export async function explainError(
  error: Error,
  { address, family }: Pick<ProbeContext, "address" | "family">,
  elapsedMs: number,
  evidence: Evidence = {},
): Promise<Seen> {
  const errno = errnoOf(error);
  const reading = readErrno(errno);
  const seen = { ...evidence, errno };
  if (reading.asksRoute === true) {
    const route = await findRoute(address, family);
    if (route.kind === "unrouted") {
      return unsent("no-route", `This machine has no route to ${address} (${route.errno})`, seen);
    }
    if (route.kind === "unknown")
      return explainError(Object.assign(new Error(), { code: route.errno }), { address, family }, elapsedMs, evidence);
  }
  switch (reading.kind) {
    case "open":
      return {
        outcome: { kind: "open", rttMs: elapsedMs },
        evidence: { ...seen, replyBytes: 0, replySummary: "reset right after the handshake" },
      };
    case "refused":
      return { outcome: { kind: "refused", rttMs: elapsedMs }, evidence: { ...seen, codeSeen: false } };
    case "prohibited":
      // No ICMP code of IPv4 becomes EACCES, so there it is a policy of this machine.
      if (family === 4) return unsent("local-firewall", `A policy of this machine forbids ${address} (${errno})`, seen);
      return { outcome: { kind: "prohibited", rttMs: elapsedMs }, evidence: { ...seen, codeSeen: false } };
    case "unreachable":
      return { outcome: { kind: "unreachable", rttMs: elapsedMs }, evidence: { ...seen, codeSeen: false } };
    case "silent":
      return { outcome: { kind: "silent", waitedMs: elapsedMs }, evidence: seen };
    case "unsent":
      return unsent(reading.cause, `The operating system refused to send to ${address} (${errno})`, seen);
  }
}
