import type { Connection, Received } from "../service/conversation/connection.ts";
import { handedOver } from "./handed-over.ts";
import { sslErrno } from "./ssl-errno.ts";
import { openRecordedTls } from "./tls.ts";
import type { Transcript } from "./transcript.ts";

const mostBytesDefault = 16_384;

/**
 * A connection that was held by a script, for the prober of its service: what is read is what came then, what is said is
 * compared with what was said. Nothing is waited for.
 */
export function recordedConnection(transcript: Transcript): Connection {
  let held = Buffer.alloc(0);
  let over: Pick<Received, "ending" | "errno"> | undefined;
  let firstByteMs: number | undefined;

  /** Takes what happened next; false if nothing more did. */
  const advance = (): boolean => {
    const fact = over === undefined ? transcript.next() : undefined;
    if (fact === undefined) return false;
    if (fact.kind === "received") {
      held = Buffer.concat([held, Buffer.from(fact.bytes, "hex")]);
      firstByteMs ??= fact.afterUs / 1_000;
    } else if (fact.kind === "ended") over = { ending: "closed" };
    else if (fact.kind === "error") over = { ending: "reset", errno: fact.errno };
    else if (fact.kind === "unsecured") over = { ending: "reset", errno: sslErrno(fact.text) };
    return true;
  };

  const read: Connection["read"] = ({ isEnough, mostBytes = mostBytesDefault }) => {
    const finish = (end: Pick<Received, "ending" | "errno">): Promise<Received> => {
      const bytes = held.subarray(0, mostBytes);
      held = held.subarray(mostBytes);
      return Promise.resolve({ bytes, ...end, ...(firstByteMs === undefined ? {} : { firstByteMs }) });
    };
    for (;;) {
      if (held.length > 0 && isEnough(held)) return finish({ ending: "enough" });
      if (held.length >= mostBytes) return finish({ ending: "limit" });
      if (!advance()) return finish(over ?? { ending: "timeout" });
    }
  };

  return {
    kind: "connected",
    log: transcript.log,
    write: (bytes) => transcript.say(Buffer.from(bytes as string)),
    end: () => void transcript.take("shut"),
    close: () => undefined,
    read,
    startTls: (offer) => Promise.resolve(openRecordedTls(transcript, offer, recordedConnection)),
    handOver: () =>
      handedOver(transcript.say, () => {
        while (advance());
        const bytes = held;
        held = Buffer.alloc(0);
        return { bytes, over };
      }),
  };
}
