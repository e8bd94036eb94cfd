/** The first line of an HTTP/1.x response (RFC 9112 §4). */
export interface HttpStatusLine {
  status: number;
  reason: string;
}

const longestLine = 512;

/**
 * Reads the status line at the start of an answer; undefined if it is none, or broke off before the status was complete.
 * The reason may have broken off. Never throws.
 */
export function readHttpStatusLine(bytes: Uint8Array): HttpStatusLine | undefined {
  const text = Array.from(bytes.subarray(0, longestLine), (byte) => String.fromCodePoint(byte)).join("");
  // Some servers leave the reason out together with its blank; the line may end with a bare line feed (§2.2).
  const [, status, reason] = /^HTTP\/1\.\d ([1-9]\d\d)(?: ([^\r\n]*)|\r?\n)/.exec(text) ?? [];
  return status === undefined ? undefined : { status: Number(status), reason: reason ?? "" };
}
