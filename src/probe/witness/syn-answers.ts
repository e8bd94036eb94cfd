import { openRawSocket } from "../kernel/raw-socket.ts";
import { takeSegment } from "./witness.ts";

/** A raw TCP socket gets every segment of this machine. More than this in a second would slow the probes down. */
const mostSegmentsPerSecond = 2_000;

/** A raw socket that hands answers to SYNs to the witness, while there are few of them. */
export interface SynAnswers {
  close(): void;
}

/**
 * Listens for resets and SYN-ACKs over IPv4, whose time to live tells how far they came (over IPv6 a raw socket gets no
 * header, ipv6(7)). Where segments arrive faster than 2,000 a second it closes itself for good: the evidence of later
 * probes then has no `ttl`. Without the privilege there is nothing to close.
 */
export async function listenForSynAnswers(
  limit = mostSegmentsPerSecond,
  clock: () => number = () => performance.now(),
): Promise<SynAnswers> {
  let sinceMs = clock();
  let segments = 0;
  let close = () => {};
  const opening = await openRawSocket("tcp", receive, () => close());
  let isOpen = opening.kind === "opened";
  close = () => {
    if (isOpen && opening.kind === "opened") opening.socket.close();
    isOpen = false;
  };

  function receive(packet: Buffer): void {
    if (segments % 64 === 0 && clock() - sinceMs > 1_000) {
      sinceMs = clock();
      segments = 0;
    }
    segments += 1;
    if (segments > limit) close();
    else takeSegment(packet);
  }

  return { close };
}
