import type { SnmpEvidence } from "../../model/outcome.ts";
import { berElement, berInteger, berTag, contentOf, readUnsigned, takeElement, takeElements } from "./ber.ts";

/** The credential-free part of an SNMPv3 message: who the agent is, and what its Report says if it is one. */
export interface SnmpV3Message {
  messageId: number;
  engineId: Uint8Array;
  isReport: boolean;
  /** What a response to a GET is; also true of a PDU that is encrypted, which only the session can read. */
  mayBeResponse: boolean;
  report?: NonNullable<SnmpEvidence["report"]>;
}

const tag = { ...berTag, get: 0xa0, response: 0xa2, report: 0xa8 } as const;
const usmStats = [0x2b, 6, 1, 6, 3, 15, 1, 1]; // 1.3.6.1.6.3.15.1.1
const reportNames = [
  "unsupported-security-level",
  "not-in-time-window",
  "unknown-user",
  "unknown-engine",
  "wrong-digest",
  "decryption-error",
] as const; // usmStats 1 to 6, RFC 3414 §5

/**
 * The engine discovery of RFC 3414 §4: a reportable, empty GET without engine id and user, which every SNMPv3 agent
 * answers with a Report and which carries no credentials at all. `messageId` is between 0 and 2^31-1.
 */
export function encodeSnmpDiscovery(messageId: number): Uint8Array {
  const flagsReportable = berElement(tag.octets, [4]);
  const maxSize = berInteger(65_507);
  const userSecurityModel = berInteger(3);
  const nothing = berElement(tag.octets);
  const header = berElement(tag.sequence, berInteger(messageId), maxSize, flagsReportable, userSecurityModel);
  const security = berElement(tag.sequence, nothing, berInteger(0), berInteger(0), nothing, nothing, nothing);
  const get = berElement(tag.get, berInteger(messageId), berInteger(0), berInteger(0), berElement(tag.sequence));
  const scoped = berElement(tag.sequence, nothing, nothing, get);
  return Uint8Array.from(berElement(tag.sequence, berInteger(3), header, berElement(tag.octets, security), scoped));
}

/** The name of the usmStats counter in the first variable of a Report PDU. */
function readReport(pdu: Uint8Array): SnmpV3Message["report"] {
  const [, , , variables] = takeElements(pdu) ?? [];
  const [variable] = takeElements(contentOf(variables, tag.sequence)) ?? [];
  const [name] = takeElements(contentOf(variable, tag.sequence)) ?? [];
  const oid = contentOf(name, tag.oid);
  if (oid === undefined || !usmStats.every((byte, index) => oid[index] === byte)) return undefined;
  return reportNames[(oid[usmStats.length] ?? 0) - 1];
}

/** Reads an SNMPv3 message (RFC 3412 §6); `undefined` for anything else. An encrypted PDU is not looked into. */
export function decodeSnmpV3(bytes: Uint8Array): SnmpV3Message | undefined {
  const outer = takeElement(bytes);
  const [version, header, security, scoped] = takeElements(contentOf(outer, tag.sequence)) ?? [];
  if (readUnsigned(contentOf(version, tag.integer)) !== 3) return undefined;
  const [messageId] = takeElements(contentOf(header, tag.sequence)) ?? [];
  const [parameters] = takeElements(contentOf(security, tag.octets)) ?? [];
  const [engine] = takeElements(contentOf(parameters, tag.sequence)) ?? [];
  const id = readUnsigned(contentOf(messageId, tag.integer));
  const engineId = contentOf(engine, tag.octets);
  if (id === undefined || engineId === undefined) return undefined;
  const isEncrypted = scoped?.type === tag.octets;
  const [, , pdu] = takeElements(contentOf(scoped, tag.sequence)) ?? [];
  const report = pdu?.type === tag.report ? readReport(pdu.content) : undefined;
  return {
    messageId: id,
    engineId: engineId.slice(),
    isReport: pdu?.type === tag.report,
    mayBeResponse: isEncrypted || pdu?.type === tag.response,
    ...(report === undefined ? {} : { report }),
  };
}

/** RFC 3411 §5, SnmpEngineID: 5 to 32 bytes. Agents with shorter ones were not seen, but an empty one is what we send. */
const mostEngineIdBytes = 32;

/** True if only an engine can have sent this: a Report or a response in the name of one. Our own discovery names none. */
export function isEngineAnswer({ engineId, isReport, mayBeResponse }: SnmpV3Message): boolean {
  return (isReport || mayBeResponse) && engineId.length > 0 && engineId.length <= mostEngineIdBytes;
}
