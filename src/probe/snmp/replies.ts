import type { Evidence, SnmpEvidence } from "../../model/outcome.ts";
import { toHex } from "../../wire/bytes.ts";
import type { SnmpV3Message } from "../../wire/snmp/v3.ts";
import type { Received } from "../../sockets/sockets.ts";
import { silent } from "../flight/in-flight.ts";
import type { Tries } from "../flight/tries.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";

/** Where a datagram came from. */
type Source = Pick<Received, "from" | "port">;

/** What came back so far from an SNMP agent, whether or not it answers the GET. */
export interface Replies {
  /** The last answer of an SNMPv3 engine. */
  engine?: { id: string; report?: SnmpEvidence["report"]; rttMs: number } & Source;
  /** The first datagram of the target that is no answer to a request of ours. */
  stray?: { bytes: number; rttMs: number; isOurs: boolean };
}

/** Notes what an engine of version 3 answered; the round trip is that of its first answer. */
export function noteEngine(replies: Replies, message: SnmpV3Message, { from, port }: Source, rttMs: number): void {
  const report = message.report === undefined ? {} : { report: message.report };
  replies.engine = { id: toHex(message.engineId), from, port, rttMs: replies.engine?.rttMs ?? rttMs, ...report };
}

/**
 * Notes a datagram that is no answer, if it is the target's; from elsewhere it may be anybody's. `isOurs`: it is what
 * we sent, sent back.
 */
export function noteStray(
  replies: Replies,
  { bytes, ...source }: Received,
  { address, port }: Pick<ProbeContext, "address"> & { port: number },
  rttMs: number,
  isOurs: boolean,
): void {
  if (source.from === address && source.port === port) replies.stray ??= { bytes: bytes.length, rttMs, isOurs };
}

/** Where an answer came from, as far as that is not where the question went. */
export const sourceOf = (
  { from, port }: Source,
  asked: Pick<ProbeContext, "address"> & { port: number },
): Pick<Evidence, "replyFrom" | "replyFromPort"> => ({
  ...(from === asked.address ? {} : { replyFrom: from }),
  ...(port === asked.port ? {} : { replyFromPort: port }),
});

/** What the deadline finds when the GET was not answered: something else from the agent, or nothing. */
export function summarise(
  { engine, stray }: Replies,
  asked: Pick<ProbeContext, "address"> & { port: number },
  version: SnmpEvidence["version"],
  waitedMs: number,
  tries: Tries,
): Seen {
  if (engine !== undefined) {
    const evidence: Evidence = {
      ...sourceOf(engine, asked),
      ...tries,
      snmp: { version, engineId: engine.id, discoveryOnly: true },
    };
    return { outcome: { kind: "open", rttMs: engine.rttMs }, evidence };
  }
  if (stray === undefined) return silent(waitedMs, tries);
  const evidence: Evidence = {
    replyBytes: stray.bytes,
    replyMatches: false,
    ...(stray.isOurs ? { replySummary: "the request itself, sent back" } : {}),
    snmp: { version },
  };
  return { outcome: { kind: "open", rttMs: stray.rttMs }, evidence };
}
