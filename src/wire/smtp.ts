import { printable } from "../model/text/printable.ts";

/** One reply of a mail server: its code, and the text of each of its lines. */
export interface SmtpReply {
  code: number;
  texts: string[];
}

const mostLines = 100;

/** True when the last line of a reply has come, or when a whole line came that belongs to no reply. */
export function isSmtpWhole(bytes: Uint8Array): boolean {
  const lines = linesOf(bytes);
  return lines.some((line) => !/^\d{3}-/.test(line));
}

/**
 * Reads a reply (RFC 5321 §4.2.1): lines `250-text`, the last one `250 text` or `250`, all with the same code from 200
 * to 599. `undefined` for everything else, cut replies included. What follows the reply is not looked at.
 */
export function readSmtpReply(bytes: Uint8Array): SmtpReply | undefined {
  const texts: string[] = [];
  let code: string | undefined;
  for (const line of linesOf(bytes).slice(0, mostLines)) {
    const [, own, separator, text] = /^([2-5]\d{2})(?:([ -])(.*))?$/.exec(line) ?? [];
    if (own === undefined || (code !== undefined && own !== code)) return undefined;
    code = own;
    texts.push(printable(text ?? "", 80));
    if (separator !== "-") return { code: Number(code), texts };
  }
  return undefined;
}

/** True for the beginning of a reply that did not come whole. Tar pits send theirs a byte a second. */
export function beginsLikeSmtp(bytes: Uint8Array): boolean {
  return /^[2-5]\d{2}(?:[ -]|$)/.test(new TextDecoder().decode(bytes.subarray(0, 4)));
}

/** The keywords of an EHLO reply (RFC 5321 §4.1.1.1), upper case: `STARTTLS`, `SIZE`. The first line is the name. */
export function smtpKeywords({ texts }: SmtpReply): string[] {
  return texts.slice(1).map((text) => (text.split(" ")[0] ?? "").toUpperCase());
}

/** Whole lines only; some servers end them without a carriage return. */
function linesOf(bytes: Uint8Array): string[] {
  return new TextDecoder().decode(bytes).split(/\r?\n/).slice(0, -1);
}
