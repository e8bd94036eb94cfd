import type { Observe } from "../model/task.ts";
import type { SendHop } from "../model/run/walk.ts";
import type { Inspect } from "../model/inspection.ts";
import type { RespondOrder, ResponderEvent } from "../model/run/responder.ts";
import type { Listening } from "../sockets/listening.ts";
import type { Rung } from "./start/rungs.ts";

/** Starts a responder there, and gives what ends it. */
export type Respond = (order: RespondOrder, onEvent: (event: ResponderEvent) => void) => () => void;

/** A place to send probes from, open and ready. */
export interface Vantage {
  /** Carries out one task there. Never rejects; a vantage point that broke off gives `unsent`, cause `vantage`. */
  observe: Observe;
  /** Ports of that machine, for a responder on this side; absent where `respond` is there, and where nobody can listen. */
  listening?: Listening | undefined;
  /** One packet with few hops to live; absent for all but Python and perl. */
  sendHop?: SendHop | undefined;
  /** A responder over there; absent for workers that know of none. */
  respond?: Respond | undefined;
  /** Reads what that machine says of itself; absent for workers that know of none, and for this process. */
  inspect?: Inspect | undefined;
  /** Ends what is running there and gives everything back. May be called more than once. */
  close(): Promise<void>;
  /** What sends there; absent for this process. */
  rung?: Rung | undefined;
  /** Where this is, in a few words, for people. */
  description: string;
}
