import { type InFlight, runProbe } from "../flight/in-flight.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { secondTryDelayMs } from "../udp/datagram.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { type Replies, sourceOf, summarise } from "./replies.ts";
import { canShare } from "./sockets.ts";

/**
 * Whether an SNMP agent is there, where no credentials are known: the engine discovery of version 3, and after silence
 * once more from another port. It discloses nothing and no agent counts it as a wrong login; agents of versions 1 and 2c
 * alone do not answer it, so silence proves nothing.
 */
export function askForEngine(port: number, context: ProbeContext): Promise<Seen> {
  const replies: Replies = {};
  const asked = { address: context.address, port };
  const question = { port, version: "2c", community: new Uint8Array(0), replies } as const;
  const kind = canShare(context) ? "shared" : "both";
  const settle = (flight: InFlight, exchange: Exchange) =>
    exchange.discover((again) => {
      const { engine } = replies;
      if (engine === undefined) return;
      flight.settle({
        outcome: { kind: "open", rttMs: engine.rttMs },
        evidence: {
          ...sourceOf(engine, asked),
          replyMatches: true,
          ...again,
          snmp: { version: "3", engineId: engine.id },
        },
      });
    });
  return runProbe(
    context,
    (flight) => {
      openExchange(flight, question, kind, (exchange) => settle(flight, exchange));
      flight.after(secondTryDelayMs(context.timeoutMs), () =>
        openExchange(flight, question, kind, (exchange) => settle(flight, exchange)),
      );
    },
    (waitedMs, tries) => summarise(replies, asked, "3", waitedMs, tries),
  );
}
