import type { Judgement, Result, Run } from "./run.ts";

/**
 * What became of a flow between two runs, the most urgent first.
 * `broken`: was open, worked or could not be told before, is closed or does not work now; the only regression. `lost`: worked before, could
 * not be tried or told now. `flaky`: attempts disagree that agreed before. `changed`: another verdict or reason of the
 * same kind. `new`, `gone`: required in one run only. `gained`: not tried before. `fixed`: works now, did not before.
 */
export const changeKinds = ["broken", "lost", "flaky", "changed", "new", "gone", "gained", "fixed"] as const;
export type ChangeKind = (typeof changeKinds)[number];

/**
 * One flow that is not what it was. `before` is absent for `new`, `after` for `gone`. `closed`: what was open and is not
 * any more, judged by its outcome alone; only with `broken`.
 */
export type Change = { id: string } & (
  | { kind: "new"; before?: undefined; after: Result; closed?: undefined }
  | { kind: "gone"; before: Result; after?: undefined; closed?: undefined }
  | { kind: "broken"; before: Result; after: Result; closed?: Judgement }
  | { kind: Exclude<ChangeKind, "new" | "gone" | "broken">; before: Result; after: Result; closed?: undefined }
);

/** Why a difference between two runs may come from how they were made and not from the network. */
export type CaveatCode =
  | "catalog-version"
  | "stage"
  | "topology"
  | "flows"
  | "addresses"
  | "vantages"
  | "icmp-method"
  | "tool-version"
  | "interrupted"
  | "notes"
  | "order";

/** A caveat and what differs: the values that only the old run has, and those that only the new one has. */
export interface Caveat {
  code: CaveatCode;
  old: readonly string[];
  new: readonly string[];
}

/** How many changes there are of each kind, and what they come to. */
export type ComparisonSummary = Readonly<Record<ChangeKind, number>> & {
  /** Flows of both runs that are as they were. */
  readonly unchanged: number;
  /** `undecided`: no regression is known, but something that worked could not be tried or told. */
  readonly verdict: "regression" | "undecided" | "no-regression" | "no-change";
};

/** What a firewall change did: every flow that differs, and what speaks against comparing the two runs at all. */
export interface Comparison {
  before: Run;
  after: Run;
  caveats: readonly Caveat[];
  /** By urgency of their kind, then by flow id. */
  changes: readonly Change[];
  summary: ComparisonSummary;
  /**
   * The new run, with nothing in it but what is broken or lost: what an annotation should point at. Where `closed` differs
   * from what the run said, the codes are those of `closed` and the sentences still the run's.
   */
  regressions: Run;
}
