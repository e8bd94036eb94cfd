import type { Reason, reasons } from "../../model/reason.ts";
import type { Result } from "../../model/run/run.ts";
import type { Facts } from "../text/wording.ts";
import type { OtherAddressesOf } from "./other-addresses.ts";
import type { SameTargetOf } from "./same-target.ts";

/** Everything that is said about one reason. */
export interface ReasonWords {
  /** The word in a cell of the matrix, at most 11 characters; reasons may share one. */
  cell: string;
  /** What happened to one flow: who asked whom what, and what came back. Claims no more than was seen. No full stop. */
  message: (facts: Facts) => string;
  /** Where to look first for one flow, in whole sentences. A pass has none. */
  advice?: Advise;
  /** Advice for flows that have this reason in common, where it differs from that for the first of them. */
  sharedAdvice?: SharedAdvice;
  explanation: Explanation;
}

/** What an advice may know besides the result. */
export interface Context {
  /** File name of the topology as it was given, for commands to copy. */
  topology?: string | undefined;
  /** What the same sender learned of the same address; absent while the run still goes on. */
  sameTargetOf?: SameTargetOf | undefined;
  /** What the same sender learned of the other addresses of the same target; absent while the run still goes on. */
  otherAddressesOf?: OtherAddressesOf | undefined;
}

type Advise = (facts: Facts, context: Context) => string;

/** Flows with one reason in common, and the nodes for which the same works; see `view/working.ts`. */
export interface Shared {
  results: readonly [Result, ...Result[]];
  works: readonly string[];
}

interface SharedAdvice {
  /** One port of one node, from several nodes. */
  service?: (shared: Shared) => string;
  /** One port of several nodes. */
  port?: (shared: Shared) => string;
}

/**
 * What a reason says in general, where message and advice speak of one flow. Plain prose; passages in backticks are
 * code. The causes are in order of likelihood; a pass has none.
 */
export interface Explanation {
  /** One line for a list, without a full stop. */
  short: string;
  /** What was seen, in one or two sentences. */
  means: string;
  /** What follows for certain. */
  proves: string;
  /** What a reader may take it for, and it is not. */
  doesNotProve: string;
  likelyCauses: readonly string[];
  lookFirst: string;
}

/** An entry for every reason, with advice for all that are no pass: what is missing does not compile. */
export type WordsOfAll = {
  readonly [R in Reason]: ReasonWords &
    ((typeof reasons)[R]["verdict"] extends "pass" ? { advice?: never } : { advice: Advise });
};
