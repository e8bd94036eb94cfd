import { BerReader, BerWriter } from "asn1-ber";
import { printable } from "../model/text/printable.ts";

/** Tags of RFC 4511 §4, as they are in the first byte of an element. */
const tag = {
  integer: 0x02,
  octets: 0x04,
  sequence: 0x30,
  set: 0x31,
  bindResponse: 0x61,
  unbindRequest: 0x42,
  searchRequest: 0x63,
  searchEntry: 0x64,
  searchDone: 0x65,
  extendedResponse: 0x78,
  present: 0x87,
} as const;
const askedFor = ["supportedLDAPVersion", "namingContexts", "vendorName"];
const mostValues = 20;

/** What a directory said, as far as it came. */
export interface LdapAnswer {
  /** The result code of RFC 4511 §4.1.9 and appendix A: 0 success, 1 operationsError, 50 insufficientAccessRights … */
  code?: number;
  /** The result came unasked: a notice of disconnection (RFC 4511 §4.4.1). */
  isNotice: boolean;
  /** Values of the attributes that were asked for, by their names in lower case; safe to show. */
  values: Map<string, string[]>;
}

/** The question for the root entry (RFC 4512 §5.1): base search of the empty DN, no bind before it. */
export function encodeRootSearch(): Uint8Array {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(1); // message id
  writer.startSequence(tag.searchRequest);
  writer.writeString("");
  writer.writeEnumeration(0); // baseObject
  writer.writeEnumeration(0); // neverDerefAliases
  writer.writeInt(1); // one entry at most
  writer.writeInt(5); // within 5 s
  writer.writeBoolean(false);
  writer.writeString("objectClass", tag.present);
  writer.startSequence();
  writer.writeStringArray(askedFor);
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

/** The polite end of a conversation (RFC 4511 §4.3). */
export const ldapUnbind = Uint8Array.of(tag.sequence, 5, tag.integer, 1, 2, tag.unbindRequest, 0);

/**
 * Reads the messages that came so far. `undefined` if they are no LDAP; an answer without a `code` if the result is
 * still to come. Never throws.
 */
export function readLdapAnswer(bytes: Uint8Array): LdapAnswer | undefined {
  const answer: LdapAnswer = { isNotice: false, values: new Map() };
  let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    while (rest.length > 0 && answer.code === undefined) {
      const reader = new BerReader(rest);
      if (reader.readSequence(tag.sequence) === null || reader.length > reader.remain) return answer;
      const end = reader.offset + reader.length;
      readMessage(new BerReader(rest.subarray(reader.offset, end)), answer);
      rest = rest.subarray(end);
    }
  } catch {
    return undefined; // asn1-ber throws for whatever is not as RFC 4511 writes it
  }
  return answer;
}

/** True if the first message is one to us, or to nobody in particular, whole or not. */
export function beginsLikeLdap(bytes: Uint8Array): boolean {
  const reader = new BerReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  try {
    if (reader.readSequence(tag.sequence) === null) return false;
    const id = reader.readInt(tag.integer);
    return id === 0 || id === 1;
  } catch {
    return false; // asn1-ber throws for whatever is not as RFC 4511 writes it
  }
}

function readMessage(reader: BerReader, answer: LdapAnswer): void {
  const id = reader.readInt(tag.integer);
  const operation = reader.readSequence();
  if (id === null || operation === null || reader.length > reader.remain) throw new RangeError("cut LDAP message");
  switch (operation) {
    case tag.bindResponse:
    case tag.searchDone:
    case tag.extendedResponse: {
      const code = reader.readEnumeration();
      if (code === null || code < 0) throw new RangeError("LDAP result without a code");
      answer.code = code;
      answer.isNotice = operation === tag.extendedResponse && id === 0;
      break;
    }
    case tag.searchEntry:
      readEntry(reader, answer.values);
      break;
    default:
      throw new RangeError("no answer to a search");
  }
}

/** SearchResultEntry, RFC 4511 §4.5.2: the DN, then a list of attributes, each with a set of values. */
function readEntry(reader: BerReader, values: LdapAnswer["values"]): void {
  reader.readString(tag.octets, true);
  if (reader.readSequence(tag.sequence) === null) return;
  while (reader.remain > 0) {
    if (reader.readSequence(tag.sequence) === null) return;
    const name = reader.readString(tag.octets, true)?.toString("latin1").toLowerCase();
    if (name === undefined || reader.readSequence(tag.set) === null) return;
    const end = reader.offset + reader.length;
    const own: string[] = [];
    while (reader.offset < end) {
      const value = reader.readString(tag.octets, true);
      if (value === null) return;
      if (own.length < mostValues) own.push(printable(value, 60));
    }
    if (values.size < mostValues) values.set(name, own);
  }
}

/** The directory in a few words: `LDAP v3, dc=example,dc=com (OpenLDAP)`, `LDAP, result code 50`. */
export function summariseLdapAnswer({ code, values }: LdapAnswer): string {
  const versions = values.get("supportedldapversion") ?? [];
  const contexts = values.get("namingcontexts") ?? [];
  const [vendor] = values.get("vendorname") ?? [];
  const words = [
    versions.length === 0 ? "LDAP" : `LDAP v${versions.at(-1)}`,
    ...(contexts[0] === undefined ? [] : [`, ${contexts[0]}`]),
    ...(contexts.length > 1 ? [` and ${contexts.length - 1} more`] : []),
    ...(vendor === undefined ? [] : [` (${vendor})`]),
    ...(code === 0 || code === undefined ? [] : [`, result code ${code}`]),
  ];
  return printable(words.join(""), 120);
}
