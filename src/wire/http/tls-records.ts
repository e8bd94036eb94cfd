/** What a peer sent in answer to a ClientHello, as far as it is readable: records that are not encrypted. */
export interface TlsAnswer {
  /** A ServerHello came: version and cipher were agreed on. */
  greeted: boolean;
  /** The alert that ended it, by its registered name, or `255 (unassigned)`: its number, where no name is registered. */
  alert?: string;
}

const recordType = { alert: 21, handshake: 22 } as const;
const serverHello = 2;
const headerBytes = 5;
/**
 * All that are registered (IANA, "TLS Alerts"): RFC 8446 §6.2 and B.2, RFC 5246 §7.2 for those that ended with TLS 1.2, RFC
 * 6066 §9 for 111 to 114.
 */
const alertNames: Partial<Record<number, string>> = {
  0: "close_notify",
  10: "unexpected_message",
  20: "bad_record_mac",
  21: "decryption_failed",
  22: "record_overflow",
  30: "decompression_failure",
  40: "handshake_failure",
  41: "no_certificate",
  42: "bad_certificate",
  43: "unsupported_certificate",
  44: "certificate_revoked",
  45: "certificate_expired",
  46: "certificate_unknown",
  47: "illegal_parameter",
  48: "unknown_ca",
  49: "access_denied",
  50: "decode_error",
  51: "decrypt_error",
  52: "too_many_cids_requested",
  60: "export_restriction",
  70: "protocol_version",
  71: "insufficient_security",
  80: "internal_error",
  86: "inappropriate_fallback",
  90: "user_canceled",
  100: "no_renegotiation",
  109: "missing_extension",
  110: "unsupported_extension",
  111: "certificate_unobtainable",
  112: "unrecognized_name",
  113: "bad_certificate_status_response",
  114: "bad_certificate_hash_value",
  115: "unknown_psk_identity",
  116: "certificate_required",
  120: "no_application_protocol",
  121: "ech_required",
};

/**
 * Reads TLS records (RFC 8446 §5.1) from the beginning of what a peer sent; `undefined` if it is no TLS. Cut records are
 * read as far as they go.
 */
export function readTlsAnswer(bytes: Uint8Array): TlsAnswer | undefined {
  if (!isRecord(bytes)) return undefined;
  const answer: TlsAnswer = { greeted: false };
  for (let rest = bytes; isRecord(rest);) {
    const length = ((rest[3] ?? 0) << 8) | (rest[4] ?? 0);
    const [first, second] = rest.subarray(headerBytes, headerBytes + length);
    if (rest[0] === recordType.handshake && first === serverHello) answer.greeted = true;
    // A plain alert is exactly a level and a description; a longer one is encrypted.
    if (rest[0] === recordType.alert && length === 2 && second !== undefined) {
      answer.alert ??= alertNames[second] ?? `${second} (unassigned)`;
    }
    rest = rest.subarray(headerBytes + length);
  }
  return answer;
}

/** Content types 20 to 23 under major version 3; a record is never longer than 2^14 + 2048 bytes (RFC 5246 §6.2.3). */
function isRecord(bytes: Uint8Array): boolean {
  const [type = 0, major, minor = 255, high = 0, low = 0] = bytes;
  return (
    bytes.length >= headerBytes &&
    type >= 20 &&
    type <= 23 &&
    major === 3 &&
    minor <= 4 &&
    ((high << 8) | low) <= 18_432
  );
}

const certificateMessage = 11;
const mostCertificates = 10;

/**
 * The certificates (DER) that a server of TLS 1.2 or older showed in clear, its own first (RFC 5246 §7.4.2); none if there
 * are none, or if they did not come whole.
 */
export function certificatesShown(bytes: Uint8Array): Uint8Array[] {
  const messages: number[] = [];
  for (let rest = bytes; isRecord(rest) && rest[0] === recordType.handshake;) {
    const length = ((rest[3] ?? 0) << 8) | (rest[4] ?? 0);
    messages.push(...rest.subarray(headerBytes, headerBytes + length));
    rest = rest.subarray(headerBytes + length);
  }
  let left = Uint8Array.from(messages);
  while (left.length >= 4) {
    const end = 4 + number24(left, 1);
    if (left.length < end) return [];
    if (left[0] === certificateMessage) return listed(left.subarray(4, end));
    left = left.subarray(end);
  }
  return [];
}

const number24 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);

function listed(message: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  let rest = message.subarray(3, 3 + number24(message, 0));
  while (rest.length > 3 && found.length < mostCertificates) {
    const end = 3 + number24(rest, 0);
    if (rest.length < end) return found;
    found.push(rest.subarray(3, end));
    rest = rest.subarray(end);
  }
  return found;
}
