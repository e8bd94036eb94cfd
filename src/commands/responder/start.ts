import { setTimeout as pause } from "node:timers/promises";
import {
  type Arrival,
  type DatagramCounts,
  type RespondOrder,
  type ResponderEvent,
  type ResponderPlace,
  responderEventSchema,
} from "../../model/run/responder.ts";
import { listeningHere } from "../../responder/here.ts";
import { respond } from "../../responder/respond.ts";
import { isRootHere } from "../../responder/without-root.ts";
import type { Vantage } from "../../vantage/vantage.ts";
import type { NodeFarEnd } from "./join.ts";
import { respondForRoot } from "./respond-for-root.ts";

/** A responder that was started, and what it has said so far. */
export interface StartedResponder extends NodeFarEnd {
  places: ResponderPlace[];
  arrivals: Arrival[];
  /** Resolves when it holds what it can, or says why it cannot. */
  ready: Promise<void>;
  /** Why there is none, or none any more; absent where there is one. */
  failure?: string | undefined;
  /** Gives everything back. */
  stop(): void;
}

/** So many arrivals of one node are kept. */
const mostArrivals = 200_000;

/**
 * Starts a responder through a vantage point: over there if its worker knows how, on this side with its sockets if it
 * can listen, in this process for this machine. `alsoTo` gets all that it says, too; `onCounts` gets the counts that were ordered.
 */
export function startResponder(
  vantage: Vantage,
  order: RespondOrder,
  patienceMs: number,
  alsoTo: { places: ResponderPlace[]; arrivals: Arrival[] } = { places: [], arrivals: [] },
  onCounts?: (counts: DatagramCounts) => void,
): StartedResponder {
  const places: ResponderPlace[] = [];
  const arrivals: Arrival[] = [];
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => (settle = resolve));
  const started: { -readonly [Key in keyof StartedResponder]: StartedResponder[Key] } = {
    places,
    arrivals,
    isWatched: order.watchEveryMs !== undefined,
    ready: Promise.resolve(),
    stop: () => undefined,
  };
  let isReady = false;
  let isStopped = false;
  /** It is there no longer, or not understood: from here on what is not told may have arrived. */
  const lose = (why: string) => {
    if (isStopped || started.failure !== undefined) return;
    started.failure = why;
    if (!isReady) return;
    places.slice().forEach((one) => tellOf({ ...one, isFlooded: true }));
  };
  const tellOf = (place: ResponderPlace) => {
    for (const list of [places, alsoTo.places]) list.push(place);
  };
  const hear = (said: ResponderEvent) => {
    // It may be another machine that says so.
    const parsed = responderEventSchema.safeParse(said);
    if (!parsed.success) lose("it said something that no responder says");
    else if (parsed.data.kind === "place") tellOf(parsed.data.place);
    else if (parsed.data.kind === "arrival" && alsoTo.arrivals.length < mostArrivals)
      for (const list of [arrivals, alsoTo.arrivals]) list.push(parsed.data.arrival);
    else if (parsed.data.kind === "counts") onCounts?.(parsed.data.counts);
    else if (parsed.data.kind === "ready") isReady = true;
    else if (parsed.data.kind === "ended") lose(parsed.data.detail ?? (isReady ? "it ended" : "it ended at once"));
    if (isReady || started.failure !== undefined) settle();
  };
  let stop: () => void = () => undefined;
  started.stop = () => {
    isStopped = true;
    stop();
  };
  if (vantage.respond !== undefined) stop = vantage.respond(order, hear);
  else if (vantage.rung !== undefined && vantage.listening === undefined) {
    started.failure =
      vantage.rung === "node" || vantage.rung === "portmatrix"
        ? `${vantage.description} is of a version that knows of no responder`
        : `${vantage.description} cannot listen; Node, Python or perl there can`;
    settle();
  } else if (vantage.listening === undefined && isRootHere()) stop = respondForRoot(order, hear);
  else {
    const responder = respond(order, vantage.listening ?? listeningHere(), hear);
    stop = () => void responder.stop();
  }
  const waiting = new AbortController();
  const late = pause(patienceMs, "late" as const, { signal: waiting.signal }).catch(() => undefined);
  started.ready = Promise.race([settled, late]).then((first) => {
    waiting.abort();
    if (first === "late") {
      started.failure = `no responder was ready within ${patienceMs / 1_000} s`;
      started.stop();
    }
  });
  return started;
}
