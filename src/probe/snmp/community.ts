import type { SnmpCredentials } from "../../model/task.ts";
import { type InFlight, runProbe } from "../flight/in-flight.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { takeTurn } from "../flight/take-turns.ts";
import { openExchange } from "./exchange.ts";
import { type Replies, summarise } from "./replies.ts";
import { canShare } from "./sockets.ts";

type CommunityCredentials = Extract<SnmpCredentials, { community: string }>;

/**
 * SNMP versions 1 and 2c: one GET; after silence, from another port, the engine discovery of version 3, which needs no
 * credentials; then the GET a second time, as soon as discovery was answered, so that a GET that was lost is not taken
 * for a wrong community. Version 2c is followed by one GET of version 1, for agents that know nothing else. With
 * privileges either the first GET or the second leaves from a connected socket, of which the kernel itself keeps the
 * errors: in a burst the witness may miss some. Without them each does. All receive a multihomed agent's other addresses
 * and agents that answer from another port.
 */
export function askWithCommunity(
  port: number,
  { version, community }: CommunityCredentials,
  context: ProbeContext,
): Promise<Seen> {
  const replies: Replies = {};
  const question = { port, version, community: Buffer.from(community), replies };
  const { timeoutMs, careful } = context;
  const shares = canShare(context);
  const kind = shares ? "shared" : "both";
  const { discoverAtMs, againAtMs, oldestAtMs } = stepsWithin(timeoutMs);
  return runProbe(
    context,
    (flight) => {
      openExchange(flight, question, kind, ({ get }) => get(version));
      later(flight, discoverAtMs, () =>
        openExchange(flight, question, shares ? "shared" : "unconnected", ({ get, discover }) => {
          const askAgain = once(() => {
            if (replies.stray !== undefined) return;
            if (shares) openExchange(flight, question, "connected", (other) => other.get(version));
            else get(version);
          });
          discover(askAgain);
          later(flight, againAtMs - discoverAtMs, askAgain);
          if (version !== "2c" || careful === true) return;
          later(flight, oldestAtMs - discoverAtMs, () => {
            if (replies.stray === undefined) get("1");
          });
        }),
      );
    },
    (waitedMs, tries) => summarise(replies, { address: context.address, port }, version, waitedMs, tries),
  );
}

/** Does something after a delay, few probes at a time. */
function later(flight: InFlight, delayMs: number, act: () => void): void {
  flight.after(delayMs, () =>
    takeTurn(() => {
      if (!flight.hasEnded()) act();
    }),
  );
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

/**
 * When what is sent: discovery, the second GET if discovery was not answered before, and the GET of version 1. At least a
 * second lies before discovery where the deadline allows it. A short deadline leaves the larger part to discovery, whose
 * answer decides between a wrong community and silence.
 */
export function stepsWithin(timeoutMs: number): { discoverAtMs: number; againAtMs: number; oldestAtMs: number } {
  const discoverAtMs = timeoutMs < 2_000 ? timeoutMs * 0.4 : Math.max(1_000, timeoutMs * 0.4);
  const leftMs = timeoutMs - discoverAtMs;
  return { discoverAtMs, againAtMs: discoverAtMs + leftMs * 0.5, oldestAtMs: discoverAtMs + leftMs * 0.75 };
}
