import {
  berElement,
  berHeader,
  berInteger,
  berOid,
  berTag,
  contentOf,
  readOid,
  readSigned,
  readUnsigned,
  takeElement,
  takeElements,
} from "./ber.ts";

/** The three objects that Checkmk's host scan and every dashboard start with (docs/notes/snmp.md, RFC 3418 §2). */
export const askedObjects = {
  sysDescr: "1.3.6.1.2.1.1.1.0",
  sysObjectId: "1.3.6.1.2.1.1.2.0",
  sysUpTime: "1.3.6.1.2.1.1.3.0",
} as const;

/** The error statuses of a response, from 0 on (RFC 3416 §3). */
export const errorStatuses = [
  "noError",
  "tooBig",
  "noSuchName",
  "badValue",
  "readOnly",
  "generalError",
  "noAccess",
  "wrongType",
  "wrongLength",
  "wrongEncoding",
  "wrongValue",
  "noCreation",
  "inconsistentValue",
  "resourceUnavailable",
  "commitFailed",
  "undoFailed",
  "authorizationError",
  "notWritable",
  "inconsistentName",
] as const;

/** What takes the place of a value that an agent has not (RFC 3416 §3), by tag. */
export const variableExceptions: Readonly<Record<number, string>> = {
  0x80: "noSuchObject",
  0x81: "noSuchInstance",
  0x82: "endOfMibView",
};

/** One variable of a response. `value` is there for texts, object identifiers and integers of every kind. */
export interface SnmpVariable {
  oid: string;
  /** Tag of the value. */
  type?: number;
  value?: unknown;
}

/** A message of version 1 or 2c. */
export interface SnmpMessage {
  version: "1" | "2c";
  community: Uint8Array;
  isResponse: boolean;
  requestId: number;
  errorStatus: number;
  /** Which variable the error is about, from 1 on; 0 if it is about none. */
  errorIndex: number;
  variables: readonly SnmpVariable[];
}

const pduTags = { get: 0xa0, response: 0xa2, trapOfVersion1: 0xa4, last: 0xa8 } as const;
const nothing = [0x05, 0x00];
const asked = Object.values(askedObjects).map((oid) => berElement(berTag.sequence, berOid(oid), nothing));
/** What follows the id in every GET: no error status, no error index, and the objects. */
const afterId = [...berInteger(0), ...berInteger(0), ...berElement(berTag.sequence, ...asked)];
const versionNumbers = { "1": berInteger(0), "2c": berInteger(1) } as const;

/** One GET of the three objects (RFC 1157 §4.1.2, RFC 3416 §4.2.1). `requestId` is between 0 and 2^31-1. */
export function encodeSnmpGet(version: "1" | "2c", community: Uint8Array, requestId: number): Uint8Array {
  const pdu = encodeSnmpGetPdu(requestId);
  const name = berHeader(berTag.octets, community.length);
  const number = versionNumbers[version];
  const header = berHeader(berTag.sequence, number.length + name.length + community.length + pdu.length);
  const before = [...header, ...number, ...name];
  const bytes = new Uint8Array(before.length + community.length + pdu.length);
  bytes.set(before);
  bytes.set(community, before.length);
  bytes.set(pdu, before.length + community.length);
  return bytes;
}

/** What follows the community in a message like it. */
export function encodeSnmpGetPdu(requestId: number): Uint8Array {
  const id = berInteger(requestId);
  return Uint8Array.from([...berHeader(pduTags.get, id.length + afterId.length), ...id, ...afterId]);
}

/** Reads a message of version 1 or 2c, whatever it asks or answers; `undefined` for anything else. */
export function decodeSnmpMessage(bytes: Uint8Array): SnmpMessage | undefined {
  const [versionNumber, name, pdu] = takeElements(contentOf(takeElement(bytes), berTag.sequence)) ?? [];
  const version = readVersion(contentOf(versionNumber, berTag.integer));
  const community = contentOf(name, berTag.octets);
  if (version === undefined || community === undefined || pdu === undefined) return undefined;
  if (pdu.type < pduTags.get || pdu.type > pduTags.last || pdu.type === pduTags.trapOfVersion1) return undefined;
  const [id, status, index, list] = takeElements(pdu.content) ?? [];
  const requestId = readSigned(contentOf(id, berTag.integer));
  const errorStatus = readSigned(contentOf(status, berTag.integer));
  const errorIndex = readSigned(contentOf(index, berTag.integer)) ?? 0;
  const variables = takeElements(contentOf(list, berTag.sequence), mostVariables)?.map(readVariable);
  if (requestId === undefined || errorStatus === undefined || variables === undefined) return undefined;
  if (!variables.every((variable) => variable !== undefined)) return undefined;
  const isResponse = pdu.type === pduTags.response;
  return { version, community, isResponse, requestId, errorStatus, errorIndex, variables };
}

const mostVariables = 64;

function readVersion(content: Uint8Array | undefined): SnmpMessage["version"] | undefined {
  const number = readUnsigned(content);
  return number === 0 ? "1" : number === 1 ? "2c" : undefined;
}

function readVariable({ type, content }: { type: number; content: Uint8Array }): SnmpVariable | undefined {
  const [name, value] = takeElements(content) ?? [];
  const oid = readOid(contentOf(name, berTag.oid));
  if (type !== berTag.sequence || oid === undefined || value === undefined) return undefined;
  return { oid, type: value.type, value: readValue(value.type, value.content) };
}

/** Application types of RFC 2578 §7.1. */
const valueTags = { counter: 0x41, gauge: 0x42, timeTicks: 0x43 } as const;

function readValue(type: number, content: Uint8Array): string | number | Uint8Array | undefined {
  switch (type) {
    case berTag.octets:
      return content;
    case berTag.oid:
      return readOid(content);
    case berTag.integer:
      return readSigned(content);
    case valueTags.counter:
    case valueTags.gauge:
    case valueTags.timeTicks:
      return readUnsigned(content);
    default:
      return undefined;
  }
}
