import { setTimeout as pause } from "node:timers/promises";
import type { HopAnswer, HopOrder, SendHop, Step, Walk } from "../model/run/walk.ts";

/** How long one packet is waited for. Below a second, after which the kernel would repeat a SYN. */
export const hopWaitMs = 900;
/** A distance is not asked again sooner: routers limit the ICMP errors that they send (docs/notes/tracing.md#limits). */
const againAfterMs = 1_000;
const triesOfSilence = 3;
/** From one packet of a walk to the next. */
const paceMs = 20;
const mostHops = 30;
/** So many silent distances in a row end a walk that has no control to say how far the target is. */
const mostSilent = 4;

/** What is walked. */
export interface WalkAim extends Pick<HopOrder, "protocol" | "address" | "bytes"> {
  port?: number | undefined;
  /** Source port; any if absent. */
  sourcePort?: number | undefined;
  /** Size of its packets with all headers, where that is the question. */
  packetBytes?: number | undefined;
  /** How far the target is, as another walk found: behind that, silence is the end. */
  distance?: number | undefined;
  /** What reaches the target is not sent again: a service may take each datagram for an event. */
  isOnce?: boolean | undefined;
  signal: AbortSignal;
}

/** What an answer means; a text says why nothing was learned. */
type Read = (answer: HopAnswer, aim: WalkAim) => Omit<Step, "hops" | "sent"> | string;

/**
 * Sends packets of one five-tuple with ever more hops to live, one at a time: at most three for each of 30 distances, a
 * second apart where there was no answer. Ends at the first answer that no router gives to a packet that has died of age.
 */
export async function walk(aim: WalkAim, send: SendHop, read: Read): Promise<Walk> {
  const { protocol, address, port, packetBytes, bytes, distance, signal } = aim;
  const steps = new Map<number, Step>();
  const askedAt = new Map<number, number>();
  let sourcePort = aim.sourcePort ?? 0;
  let unsent: string | undefined;
  let end = mostHops;

  const ask = async (hops: number): Promise<void> => {
    const again = (askedAt.get(hops) ?? -Infinity) + againAfterMs - performance.now();
    await pause(Math.max(paceMs, again), undefined, { signal });
    askedAt.set(hops, performance.now());
    const order = { protocol, address, port: port ?? 0, hops, sourcePort, waitMs: hopWaitMs, bytes };
    const answer = await send(order);
    if (answer.kind !== "unsent" && answer.sourcePort > 0) sourcePort = answer.sourcePort;
    const found = read(answer, aim);
    if (typeof found === "string") {
      unsent = found;
      return;
    }
    steps.set(hops, { hops, sent: (steps.get(hops)?.sent ?? 0) + 1, ...found });
    if (found.answer !== "none" && found.answer !== "expired") end = Math.min(end, hops);
  };

  const isSilent = (hops: number): boolean => steps.get(hops)?.answer === "none";
  const triesAt = (hops: number): number => (aim.isOnce === true && hops >= (distance ?? 1) ? 1 : triesOfSilence);
  const tail = (): number => {
    let count = 0;
    for (let hops = steps.size; hops > 0 && isSilent(hops); hops -= 1) count += 1;
    return count;
  };
  const mayGoOn = (): boolean => {
    const next = steps.size + 1;
    if (next > end || unsent !== undefined) return false;
    if (distance !== undefined) return next <= distance || tail() === 0;
    return tail() < mostSilent;
  };

  try {
    while (mayGoOn()) {
      while (mayGoOn()) await ask(steps.size + 1);
      // Each silent distance twice more; where one answers after all, the way may go on behind it.
      for (let round = 1; round < triesOfSilence; round += 1)
        for (let hops = 1; hops <= steps.size; hops += 1)
          if (unsent === undefined && hops <= end && isSilent(hops) && (steps.get(hops)?.sent ?? 0) < triesAt(hops))
            await ask(hops);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    unsent = "the run was interrupted";
  }
  return {
    protocol,
    address,
    ...(port === undefined ? {} : { port }),
    ...(sourcePort === 0 ? {} : { sourcePort }),
    ...(packetBytes === undefined ? {} : { packetBytes }),
    steps: [...steps.values()].filter(({ hops }) => hops <= end).toSorted((one, other) => one.hops - other.hops),
    ...(unsent === undefined ? {} : { unsent }),
  };
}
