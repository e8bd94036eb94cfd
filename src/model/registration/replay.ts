import type { Inspection } from "../inspection.ts";
import type { Observation } from "../outcome.ts";
import type { StepName } from "./doctor.ts";

/** A redirect of discovery to another machine, which was asked as well, as the controller would. */
export interface Hop {
  /** Where it led, without login and query. */
  url: string;
  host: string;
  port: number;
  /** The topology names no such machine. */
  isOutside?: true;
  observation: Observation;
}

/** Discovery at a port, and where it was sent on to. */
export interface Discovery {
  observation: Observation;
  hops: readonly Hop[];
}

/** What was seen, before anybody has an opinion; what was not tried is absent. */
export interface Replay {
  /** 443 and 80 with the discovery behind them. */
  https?: Discovery;
  http?: Discovery;
  /** Discovery where this controller does not ask: at other known ports, or although it was given the receiver's port. */
  aside?: readonly (Discovery & { port: number })[];
  /** Agent receivers; first the one that the controller would turn to, then the others that may be the right one. */
  receivers: readonly { port: number; observation: Observation }[];
  wayBack?: Observation;
  /** Echo replies of the host, where 6556 was refused: how far away it is. */
  wayBackEcho?: Observation;
  /** Those of the server's names that have no address where the probes start. */
  unresolved?: readonly string[];
  /** Why the way back was not tried. */
  wayBackSkipped?: "not-asked-here" | "host-unknown";
  /** What the target of the first broken step says of itself, for each place that failed. */
  inspected?: readonly { step: StepName; port: number; address: string; inspection: Inspection }[];
  /** True if the probes of the host were left out because this machine is the server. */
  serverOnly?: boolean;
}
