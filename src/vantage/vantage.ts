import type { Observe } from "../model/task.ts";
import type { Rung } from "./rungs.ts";

/** A place to send probes from, open and ready. */
export interface Vantage {
  /** Carries out one task there. Never rejects; a vantage point that broke off gives `unsent`, cause `vantage`. */
  observe: Observe;
  /** Ends what is running there and gives everything back. May be called more than once. */
  close(): Promise<void>;
  /** What sends there; absent for this process. */
  rung?: Rung | undefined;
  /** Where this is, in a few words, for people. */
  description: string;
}
