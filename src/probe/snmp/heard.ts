import type { SnmpEvidence } from "../../model/outcome.ts";
import { toHex } from "../../wire/bytes.ts";
import type { SnmpV3Message } from "../../wire/snmp/v3.ts";
import type { Received } from "../udp/datagram.ts";
import { type Tries, silent } from "../flight/in-flight.ts";
import type { Seen } from "../flight/prober.ts";

/** What came back so far from an SNMP agent, whether or not it answers the GET. */
export interface Heard {
  /** The last datagram of an SNMPv3 engine. */
  engine?: { id: string; report?: SnmpEvidence["report"]; from: string; rttMs: number };
  /** The first datagram of the target that belongs to nothing we asked. */
  stray?: { bytes: number; rttMs: number };
}

/** Notes what an engine of version 3 answered; the round trip is that of its first answer. */
export function noteEngine(heard: Heard, message: SnmpV3Message, { from }: Received, rttMs: number): void {
  const report = message.report === undefined ? {} : { report: message.report };
  heard.engine = { id: toHex(message.engineId), from, rttMs: heard.engine?.rttMs ?? rttMs, ...report };
}

/** What the deadline finds when the GET was not answered: something else from the agent, or nothing. */
export function summarise(
  { engine, stray }: Heard,
  asked: string,
  version: SnmpEvidence["version"],
  waitedMs: number,
  tries: Tries,
): Seen {
  if (engine !== undefined) {
    return {
      outcome: { kind: "open", rttMs: engine.rttMs },
      evidence: {
        ...(engine.from === asked ? {} : { replyFrom: engine.from }),
        snmp: { version, engineId: engine.id, discoveryOnly: true },
      },
    };
  }
  if (stray === undefined) return silent(waitedMs, tries);
  const evidence = { replyBytes: stray.bytes, replyMatches: false, snmp: { version } };
  return { outcome: { kind: "open", rttMs: stray.rttMs }, evidence };
}
