import type { Judgement, Result } from "./run.ts";

/** How a cell looks from afar: met, not met (or not decided), or not watched because nobody can send it. */
export type WatchState = "green" | "red" | "not-sent";

/** A flow that is watched. Times are milliseconds since the epoch. */
export interface Tracked {
  result: Result;
  light: WatchState;
  /** When it was first seen with this light, without a break. */
  sinceMs: number;
  /** When it was asked last; absent if it never was. */
  askedAtMs?: number;
  /** The latest result that was open or answered; absent if there was none in this watch. */
  opened?: Result;
  /** What was open earlier in this watch and is not now, judged by its outcome alone: red, whatever the verdict. */
  closed?: Judgement;
  /** How long it had the other light before, in milliseconds; absent if it has had this one since the watch began. */
  otherForMs?: number;
}

/** A flow that is not what it was at the last look: another light, or another reason under the same light. */
export interface StateChange {
  atMs: number;
  before: Tracked;
  after: Tracked;
}

/** What a watch knows: every flow by id, in the order of the run, and since when none of them is red. */
export interface Track {
  cells: ReadonlyMap<string, Tracked>;
  /** Absent while a cell is red, and if there is no green one. */
  allGreenSinceMs?: number;
}
