import { writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { Writable } from "node:stream";
import { callbackify } from "node:util";

/** After so long the event loop has its turn, so that a signal is noticed while a large report is written. */
const longestTurnMs = 20;

/**
 * A stream into a regular file, which it closes. The kernel takes such bytes into its cache at once, so each piece is
 * written on the spot: a trip to the thread pool and back takes longer than that, and nothing else is done meanwhile.
 */
export function openSink(file: FileHandle): Writable {
  const close = callbackify(() => file.close());
  let turnEndsAtMs = 0;
  return new Writable({
    write(bytes: Buffer, _encoding, done) {
      try {
        for (let written = 0; written < bytes.length;) written += writeSync(file.fd, bytes, written);
      } catch (error) {
        return done(error as Error);
      }
      if (performance.now() < turnEndsAtMs) return done();
      setImmediate(() => {
        turnEndsAtMs = performance.now() + longestTurnMs;
        done();
      });
    },
    destroy(error, done) {
      close((closing) => done(error ?? closing));
    },
  });
}
