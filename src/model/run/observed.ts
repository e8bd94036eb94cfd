import type { Inspection } from "../inspection.ts";
import type { Observation } from "../outcome.ts";
import type { FarEnd } from "./responder.ts";
import type { Trace } from "./walk.ts";
import type { AskedAtReporterPace, AskedSlower, BySample } from "./run.ts";

/** What became of one probe. */
export interface Observed {
  observation: Observation;
  /**
   * How often the task was carried out, tries within one attempt counted one by one. Attempts in which this machine
   * could send nothing at all and which were repeated do not count.
   */
  attempts: number;
  /** Every attempt that saw something else than `observation`, oldest first. */
  earlier: readonly Observation[];
  /** That it was asked again, alone and slower, and what that gave. */
  askedSlower?: AskedSlower;
  /** That it was not asked a second time, and what stands for that. */
  bySample?: BySample;
  /** That it was silent where an ICMP error may have been held back, and what asking again gave. */
  askedAtReporterPace?: AskedAtReporterPace;
  /** Where it dies, as far as walks show. */
  trace?: Trace;
  /** What the target says of itself. */
  inspection?: Inspection;
  /** What the far end has to say, for each address that it knows of. */
  farEnds?: readonly AtFarEnd[];
}

/** The far end of one address. */
export interface AtFarEnd {
  address: string;
  farEnd: FarEnd;
}
