import type { VantageSpec } from "../../model/topology/vantage-spec.ts";
import type { Planned } from "../plan.ts";
import type { MergedFragments } from "./fragments.ts";
import { nothingLeft, tellLeft } from "./left-out.ts";
import { nodesOf } from "../identify/identify.ts";

/** How old a fragment may be where nobody says otherwise. */
export const usualMaxAgeMs = 24 * 3_600_000;

/** What `check --merge` names: fragments, joined, and records of responders, whose own reader reads them. */
export interface MergedForCheck {
  merged: MergedFragments | undefined;
  records: readonly string[];
}

/**
 * Reads the fragments of `--merge`. What cannot be used is left out and said, a line each. If nothing is left and the run
 * has nothing to send itself (`isAlone`), that is an InputError.
 */
export async function mergeFor(
  {
    plan,
    wholePlan,
    topology,
    file,
  }: {
    plan: Planned["plan"];
    wholePlan: Planned["wholePlan"];
    topology: Planned["loaded"]["topology"];
    file: string;
  },
  { merge = [], maxAge = usualMaxAgeMs }: { merge?: readonly string[]; maxAge?: number },
  context: {
    isAlone: boolean;
    senders: ReadonlyMap<string, VantageSpec>;
    version: string;
    say?: ((line: string) => void) | undefined;
  },
): Promise<MergedForCheck> {
  if (merge.length === 0) return { merged: undefined, records: [] };
  const { gatherFragments } = await import("../../load/fragment/gather.ts"); // most runs merge nothing
  const { fragments, others } = await gatherFragments(merge);
  if (fragments.length === 0) return { merged: undefined, records: others };
  const starts = new Set(plan.flows.map(({ from }) => from));
  const { mergeFragments } = await import("./fragments.ts");
  const merged = await mergeFragments(fragments, {
    wholePlan,
    nodes: nodesOf(topology).map(({ name }) => name),
    version: context.version,
    nowMs: Date.now(),
    maxAgeMs: maxAge,
    whyNot: (node) => (context.senders.has(node) ? "sends" : starts.has(node) ? undefined : "not-asked"),
  });
  if (merged.taken.length === 0 && context.isAlone)
    throw nothingLeft(merged.left, `; nothing of ${file} is left to be merged`);
  if (context.say !== undefined) tellLeft(merged.left, context.say);
  return { merged, records: others };
}
