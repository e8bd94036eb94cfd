import { printable } from "../model/text/printable.ts";

/** What a server says when it is called: that it serves, or that it does not, in its own words. */
export interface Greeting {
  serves: boolean;
  text: string;
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const mostCharacters = 200;
const shown = (text: string): string => printable(text, mostCharacters);

/** True when the first line of a text has come. */
export const hasLine = (bytes: Uint8Array): boolean => bytes.includes(10);

/** The greeting of IMAP (RFC 9051 section 7.1): `* OK`, `* PREAUTH` or `* BYE`, and a text. */
export function readImapGreeting(bytes: Uint8Array): Greeting | undefined {
  const [, word, text] = /^\* (OK|PREAUTH|BYE)(?: ([^\r\n]*))?\r?\n/i.exec(textOf(bytes)) ?? [];
  return word === undefined
    ? undefined
    : { serves: word.toUpperCase() !== "BYE", text: shown(`* ${word} ${text ?? ""}`) };
}

/** The greeting of POP3 (RFC 1939 section 4): `+OK` or `-ERR`, and a text. */
export function readPop3Greeting(bytes: Uint8Array): Greeting | undefined {
  const [, word, text] = /^(\+OK|-ERR)(?: ?([^\r\n]*))?\r?\n/.exec(textOf(bytes)) ?? [];
  return word === undefined ? undefined : { serves: word === "+OK", text: shown(`${word} ${text ?? ""}`) };
}

/** True when a reply of FTP is whole, or its first line is none. */
export const isFtpWhole = (bytes: Uint8Array): boolean =>
  readFtpReply(bytes) !== undefined || (hasLine(bytes) && !/^\d{3}-/.test(textOf(bytes)));

/**
 * A reply of FTP (RFC 959 section 4.2): `220 text`, or `220-text` up to the line that begins `220 `; lines between may
 * begin as they like. `undefined` for what is no reply, or not whole.
 */
export function readFtpReply(bytes: Uint8Array): { code: number; text: string } | undefined {
  const text = textOf(bytes);
  const [, code, sign, first] = /^([1-5]\d{2})([ -])([^\r\n]*)\r?\n/.exec(text) ?? [];
  if (code === undefined) return undefined;
  if (sign === "-" && !new RegExp(`\\n${code}(?: [^\\n]*)?\\r?\\n`).test(text)) return undefined;
  return { code: Number(code), text: shown(`${code} ${first ?? ""}`) };
}

/** What a server says to PostgreSQL's question for TLS (protocol 3.0, SSLRequest): it has it, has it not, or an error. */
export type SslAnswer = { kind: "tls" | "plain" } | { kind: "error"; text: string };

/** The question: its length, and the code 80877103 in place of a protocol version. */
export const sslRequest = Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f);

/** One byte and no more, or an error message of the old form (text up to a zero) or the new one (fields). */
export function readSslAnswer(bytes: Uint8Array): SslAnswer | undefined {
  if (bytes.length === 1 && bytes[0] === 0x53) return { kind: "tls" };
  if (bytes.length === 1 && bytes[0] === 0x4e) return { kind: "plain" };
  if (bytes[0] !== 0x45 || bytes.at(-1) !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isNew = bytes.length > 5 && view.getUint32(1) === bytes.length - 1;
  const fields = textOf(bytes.subarray(isNew ? 5 : 1)).split("\0");
  const message = isNew ? fields.find((field) => field.startsWith("M"))?.slice(1) : fields[0];
  return message === undefined || !/^[ -~\u00A0-\uFFFD\n]+$/.test(message)
    ? undefined
    : { kind: "error", text: shown(message) };
}

/** The length that a packet of MySQL announces, its head of 4 bytes included. */
const packetLength = (bytes: Uint8Array): number =>
  bytes.length < 4 ? 4 : 4 + ((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16));

/** True when the first packet of MySQL is whole, or it can be none. */
export const isMysqlWhole = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && (bytes.length >= packetLength(bytes) || packetLength(bytes) > 4_096 || bytes[3] !== 0);

/**
 * The first packet of MySQL and MariaDB: a handshake of version 10 (or 9) with the server's version, or an error with its
 * number. `undefined` for anything else.
 */
export function readMysqlGreeting(bytes: Uint8Array): Greeting | undefined {
  if (bytes.length < 7 || bytes[3] !== 0 || bytes.length < packetLength(bytes)) return undefined;
  const body = bytes.subarray(4, packetLength(bytes));
  if (body[0] === 0xff && body.length > 3) {
    const text = textOf(body.subarray(3)).replace(/^#\w{5}/, "");
    return { serves: false, text: shown(`error ${(body[1] ?? 0) | ((body[2] ?? 0) << 8)}: ${text}`) };
  }
  const end = body.indexOf(0, 1);
  // Behind the version come the number of the connection and the first part of the challenge.
  if ((body[0] !== 10 && body[0] !== 9) || end < 2 || body.length < end + 13) return undefined;
  const version = textOf(body.subarray(1, end));
  return /^\d+\.[ -~]+$/.test(version) ? { serves: true, text: shown(version) } : undefined;
}
