// Reads the server name out of a TLS ClientHello (RFC 8446, sections 4.1.2 and 5.1; RFC 6066, section 3).

/**
 * The server name that the client asks for: a string, `null` if the ClientHello is complete and has none (or is no
 * ClientHello), `undefined` if more bytes are needed.
 */
export function readServerName(bytes) {
  if (bytes.length > 0 && bytes[0] !== 22) return null;
  if (bytes.length < 5) return undefined;
  const recordEnd = 5 + bytes.readUInt16BE(3);
  if (bytes.length < recordEnd) return undefined;
  try {
    return serverNameOf(bytes.subarray(5, recordEnd));
  } catch (error) {
    if (error instanceof RangeError) return null; // a length points outside of the message
    throw error;
  }
}

function serverNameOf(hello) {
  if (hello[0] !== 1) return null;
  let at = 4 + 2 + 32; // type and length, version, random
  at += 1 + hello.readUInt8(at); // session id
  at += 2 + hello.readUInt16BE(at); // cipher suites
  at += 1 + hello.readUInt8(at); // compression methods
  if (at >= hello.length) return null;
  const end = at + 2 + hello.readUInt16BE(at);
  at += 2;
  while (at < end) {
    const type = hello.readUInt16BE(at);
    const length = hello.readUInt16BE(at + 2);
    if (type === 0) {
      const nameLength = hello.readUInt16BE(at + 7); // after the list's length and the name's type
      return hello.toString("latin1", at + 9, at + 9 + nameLength);
    }
    at += 4 + length;
  }
  return null;
}
