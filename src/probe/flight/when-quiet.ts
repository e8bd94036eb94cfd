import { unsent } from "../../model/unsent.ts";
import type { ProbeContext, Seen } from "./prober.ts";

/** A probe at its deadline. */
interface Waiting {
  readonly context: ProbeContext;
  hasEnded(): boolean;
  settle(seen: Seen): void;
}

/**
 * Does something when nothing more can come that came in time: at once here, and where another machine's sockets send when
 * what they received has come back. If that machine is not there any more, nothing can be said of silence.
 */
export function whenQuiet(flight: Waiting, act: () => void): void {
  const far = flight.context.sockets?.far;
  if (far === undefined || flight.hasEnded()) return act();
  far.confirmQuiet().then(act, (error: Error) => flight.settle(unsent("vantage", error.message)));
}
