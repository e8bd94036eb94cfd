import type { Run } from "../../model/run/run.ts";
import { groupBy } from "../text/group-by.ts";
import { commandAt, inOrder } from "../text/wording.ts";

/** What this run could not send, by the node that would have to. */
export interface NotChecked {
  /** Flows without a vantage point, in the order of node names. */
  nodes: readonly { node: string; flows: number; command: string }[];
  /** Flows that the user's interrupt left out. */
  interrupted: number;
}

/** Gathers the skipped flows of a run, with the command to run at each node. */
export function notCheckedOf({ results, topology }: Pick<Run, "results" | "topology">): NotChecked {
  const missing = groupBy(
    results.filter(({ reason }) => reason === "no-vantage"),
    ({ from }) => from,
  );
  return {
    nodes: inOrder(missing.keys()).map((node) => ({
      node,
      flows: missing.get(node)?.length ?? 0,
      command: commandAt(node, topology),
    })),
    interrupted: results.filter(({ reason }) => reason === "interrupted").length,
  };
}
