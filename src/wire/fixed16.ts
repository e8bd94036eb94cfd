/** Livestatus' `ResponseHeader: fixed16`: a status like those of HTTP and the length of the body that follows. */
export interface Fixed16 {
  code: number;
  bodyBytes: number;
}

/** How long the header is; the body begins behind it. */
export const fixed16Bytes = 16;

/**
 * Reads the header: three digits, a blank, the length right-aligned in eleven columns, a line break (Checkmk's
 * Livestatus documentation, "Response header"). `undefined` for everything else, shorter input included.
 */
export function readFixed16(bytes: Uint8Array): Fixed16 | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, fixed16Bytes));
  const [, code, length] = /^(\d{3}) ( *\d+)\n$/.exec(text) ?? [];
  if (code === undefined || length === undefined || text.length !== fixed16Bytes) return undefined;
  return { code: Number(code), bodyBytes: Number(length) };
}
