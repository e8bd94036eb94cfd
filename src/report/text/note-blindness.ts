import type { VantageFact } from "../../model/run/run.ts";

const mostNames = 5;
const names = (nodes: readonly string[]): string =>
  nodes.length <= mostNames
    ? nodes.join(", ")
    : `${nodes.slice(0, mostNames).join(", ")} and ${nodes.length - mostNames} more`;

/** What a run says of vantage points whose worker sees much less than others; `undefined` where there is nothing to say. */
export function noteBlindness({ nodes, worker, cannotSee = [] }: VantageFact): string | undefined {
  if (!cannotSee.includes("services")) return undefined;
  const here = names(nodes);
  return `On ${here} only ${worker} can send: it tells open, refused and silent TCP ports apart and knows nothing else. No service was asked there, and no UDP or SNMP flow.`;
}
