/** The first bytes of an HTTP/2 client: its preface and an empty SETTINGS frame (RFC 9113 §3.4). */
export const http2Greeting: Uint8Array = new TextEncoder().encode(
  `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${"\0\0\0\u0004\0\0\0\0\0"}`,
);

const frameHeaderBytes = 9;
const goaway = 7;
const settings = 4;
const mostFrameBytes = 16_384;

/**
 * Reads the first frame of a server (RFC 9113 §4.1): SETTINGS, which has to be the first one, or GOAWAY, both on stream
 * 0. `incomplete` if it may still become one, `other` if not. Never throws.
 */
export function readHttp2Start(bytes: Uint8Array): "settings" | "goaway" | "incomplete" | "other" {
  const [high = 0, middle = 0, low = 0, type = settings, , ...stream] = bytes.subarray(0, frameHeaderBytes);
  const length = (high << 16) | (middle << 8) | low;
  if (length > mostFrameBytes || stream.some((byte) => byte !== 0)) return "other";
  if (type !== settings && type !== goaway) return "other";
  if (bytes.length < frameHeaderBytes) return "incomplete";
  if (type === goaway) return "goaway";
  return length % 6 === 0 ? "settings" : "other"; // settings of six bytes each (§6.5.1)
}
