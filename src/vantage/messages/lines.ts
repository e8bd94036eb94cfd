/** Longest line that is accepted, in bytes: far more than any message needs, far less than would hurt. */
const maxLineBytes = 1024 * 1024;

/**
 * Cuts a stream of bytes into lines at LF; a line's own CR at the end is taken off. Chunks may end anywhere, also in
 * the middle of a UTF-8 character. `push` returns the lines that a chunk completed. A line longer than `maxBytes` is
 * dropped up to its end and comes back as `undefined`, so memory stays bounded whatever the other side sends.
 */
export function createLineSplitter(maxBytes: number = maxLineBytes): {
  push(chunk: Uint8Array): (string | undefined)[];
} {
  const decoder = new TextDecoder("utf-8");
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let tooLong = false;

  const add = (part: Uint8Array) => {
    bytes += part.length;
    if (bytes > maxBytes) {
      tooLong = true;
      parts = [];
    }
    if (!tooLong && part.length > 0) parts.push(part);
  };
  const take = (): string | undefined => {
    const whole = new Uint8Array(tooLong ? 0 : bytes);
    let offset = 0;
    for (const part of parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    const line = tooLong ? undefined : decoder.decode(whole).replace(/\r$/, "");
    parts = [];
    bytes = 0;
    tooLong = false;
    return line;
  };

  return {
    push(chunk) {
      const lines: (string | undefined)[] = [];
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        add(chunk.subarray(start, end));
        lines.push(take());
        start = end + 1;
      }
      add(chunk.slice(start)); // a copy: the chunk may be a view of a buffer that is used again
      return lines;
    },
  };
}
