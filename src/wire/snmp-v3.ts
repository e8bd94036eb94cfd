import type { SnmpEvidence } from "../model/outcome.ts";

/** The credential-free part of an SNMPv3 message: who the agent is, and what its Report says if it is one. */
export interface SnmpV3Message {
  messageId: number;
  engineId: Uint8Array;
  isReport: boolean;
  report?: NonNullable<SnmpEvidence["report"]>;
}

const tag = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30, get: 0xa0, report: 0xa8 } as const;
const usmStats = [0x2b, 6, 1, 6, 3, 15, 1, 1]; // 1.3.6.1.6.3.15.1.1
const reportNames = [
  "unsupported-security-level",
  "not-in-time-window",
  "unknown-user",
  "unknown-engine",
  "wrong-digest",
  "decryption-error",
] as const; // usmStats 1 to 6, RFC 3414 §5

function element(type: number, ...contents: readonly (readonly number[])[]): number[] {
  const content = contents.flat();
  if (content.length > 127) throw new RangeError("The messages written here are short");
  return [type, content.length, ...content];
}

function integer(value: number): number[] {
  const bytes = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  while (bytes.length > 1 && bytes[0] === 0 && (bytes[1] ?? 0) < 128) bytes.shift();
  return element(tag.integer, bytes);
}

/**
 * The engine discovery of RFC 3414 §4: a reportable, empty GET without engine id and user, which every SNMPv3 agent
 * answers with a Report and which carries no credentials at all. `messageId` is between 0 and 2^31-1.
 */
export function encodeSnmpDiscovery(messageId: number): Uint8Array {
  const flagsReportable = element(tag.octets, [4]);
  const maxSize = integer(65_507);
  const userSecurityModel = integer(3);
  const nothing = element(tag.octets);
  const header = element(tag.sequence, integer(messageId), maxSize, flagsReportable, userSecurityModel);
  const security = element(tag.sequence, nothing, integer(0), integer(0), nothing, nothing, nothing);
  const get = element(tag.get, integer(messageId), integer(0), integer(0), element(tag.sequence));
  const scoped = element(tag.sequence, nothing, nothing, get);
  return Uint8Array.from(element(tag.sequence, integer(3), header, element(tag.octets, security), scoped));
}

/** One element of BER: its content, and what follows it. */
interface Element {
  type: number;
  content: Uint8Array;
  rest: Uint8Array;
}

/** Splits the first element off; `undefined` if there is no whole one. Lengths of up to four bytes are read. */
function takeElement(bytes: Uint8Array): Element | undefined {
  const [type, first] = bytes;
  if (type === undefined || first === undefined) return undefined;
  const lengthBytes = first < 128 ? 0 : first & 127;
  if (first === 128 || lengthBytes > 4 || bytes.length < 2 + lengthBytes) return undefined;
  const length = first < 128 ? first : bytes.subarray(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = 2 + lengthBytes + length;
  if (bytes.length < end) return undefined;
  return { type, content: bytes.subarray(2 + lengthBytes, end), rest: bytes.subarray(end) };
}

/** The elements inside an element, or `undefined` if they do not fill it exactly or are more than `most`. */
function takeAll(bytes: Uint8Array | undefined, most = 16): Element[] | undefined {
  const found: Element[] = [];
  for (let rest = bytes; rest !== undefined && rest.length > 0;) {
    const next = takeElement(rest);
    if (next === undefined || found.length === most) return undefined;
    found.push(next);
    rest = next.rest;
  }
  return bytes === undefined ? undefined : found;
}

const contentOf = (found: Element | undefined, type: number) => (found?.type === type ? found.content : undefined);

function toInteger(content: Uint8Array | undefined): number | undefined {
  if (content === undefined || content.length === 0 || content.length > 5) return undefined;
  return content.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The name of the usmStats counter in the first variable of a Report PDU. */
function readReport(pdu: Uint8Array): SnmpV3Message["report"] {
  const [, , , variables] = takeAll(pdu) ?? [];
  const [variable] = takeAll(contentOf(variables, tag.sequence)) ?? [];
  const [name] = takeAll(contentOf(variable, tag.sequence)) ?? [];
  const oid = contentOf(name, tag.oid);
  if (oid === undefined || !usmStats.every((byte, index) => oid[index] === byte)) return undefined;
  return reportNames[(oid[usmStats.length] ?? 0) - 1];
}

/** Reads an SNMPv3 message (RFC 3412 §6); `undefined` for anything else. An encrypted PDU is not looked into. */
export function decodeSnmpV3(bytes: Uint8Array): SnmpV3Message | undefined {
  const outer = takeElement(bytes);
  const [version, header, security, scoped] = takeAll(contentOf(outer, tag.sequence)) ?? [];
  if (toInteger(contentOf(version, tag.integer)) !== 3) return undefined;
  const [messageId] = takeAll(contentOf(header, tag.sequence)) ?? [];
  const [parameters] = takeAll(contentOf(security, tag.octets)) ?? [];
  const [engine] = takeAll(contentOf(parameters, tag.sequence)) ?? [];
  const id = toInteger(contentOf(messageId, tag.integer));
  const engineId = contentOf(engine, tag.octets);
  if (id === undefined || engineId === undefined) return undefined;
  const [, , pdu] = takeAll(contentOf(scoped, tag.sequence)) ?? [];
  const report = pdu?.type === tag.report ? readReport(pdu.content) : undefined;
  return {
    messageId: id,
    engineId: engineId.slice(),
    isReport: pdu?.type === tag.report,
    ...(report === undefined ? {} : { report }),
  };
}
