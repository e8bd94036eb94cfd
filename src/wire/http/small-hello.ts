/**
 * The shortest ClientHello that every TLS server answers (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2), 50 bytes: it offers no
 * cipher but the mark of RFC 5746 §3.3, so there is nothing to agree on, and the answer is an alert of 7 bytes. No state
 * is left on the other side.
 */
export const smallHello: Uint8Array = Uint8Array.from(
  [
    [22, 3, 1, 0, 45], // record: handshake, 45 bytes
    [1, 0, 0, 41], // ClientHello, 41 bytes
    [3, 3], // TLS 1.2
    [...new TextEncoder().encode("portmatrix: small segments only?")].slice(0, 32), // random
    [0], // no session
    [0, 2, 0, 255], // one cipher suite: TLS_EMPTY_RENEGOTIATION_INFO_SCSV
    [1, 0], // no compression
  ].flat(),
);
