import { constants, openSync } from "node:fs";
import { Socket } from "node:net";

/** How long a pipe may say nothing before it is given up, in milliseconds: a writer may be at work. */
const quietMs = 10_000;

/**
 * Reads a named pipe, or the `<(command)` of a shell, until its writer closes it; no more than `limit` bytes. Opened
 * without blocking: a pipe that nobody writes to would otherwise hold a thread for ever, and the end of this process
 * with it (fifo(7)). Resolves with a sentence where there is no end.
 */
export async function readPipe(
  path: string,
  limit: number,
  maxQuietMs = quietMs,
): Promise<Uint8Array | string | { longerThan: number }> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const socket = new Socket({ fd, readable: true, writable: false });
  try {
    return await new Promise((resolve) => {
      const chunks: Uint8Array[] = [];
      let total = 0;
      socket.setTimeout(maxQuietMs, () =>
        resolve(`nothing came out of this pipe for ${maxQuietMs / 1_000} s; is any program writing to it?`),
      );
      socket.once("error", (error) => resolve(`this pipe cannot be read: ${error.message}`));
      socket.once("end", () => resolve(Buffer.concat(chunks)));
      socket.on("data", (chunk) => {
        chunks.push(chunk);
        total += chunk.length;
        if (total > limit) resolve({ longerThan: limit });
      });
    });
  } finally {
    socket.destroy();
  }
}
