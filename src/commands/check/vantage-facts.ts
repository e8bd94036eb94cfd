import { type OpeningFailure, openingFailureWords, readOpeningFailure } from "../../model/machine/opening-failure.ts";
import type { VantageFact } from "../../model/run/run.ts";
import { blindness } from "../../vantage/start/rungs.ts";
import type { Vantage } from "../../vantage/vantage.ts";

/** The vantage points of a run that are not this process itself, those that are alike together, in the nodes' order. */
export function vantageFacts(
  opened: ReadonlyMap<string, Vantage>,
  refused: ReadonlyMap<string, string>,
): VantageFact[] {
  const alike = new Map<string, VantageFact>();
  const add = (node: string, key: string, fact: Omit<VantageFact, "nodes">) => {
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { nodes: [node], ...fact });
    else known.nodes.push(node);
  };
  for (const [node, { rung, description }] of [...opened].toSorted(byNode)) {
    if (rung === undefined) continue;
    add(node, description, { through: description, worker: rung, cannotSee: [...blindness[rung]] });
  }
  for (const [node, detail] of [...refused].toSorted(byNode)) {
    const cause = readOpeningFailure(detail);
    add(node, `not opened: ${cause === "other" ? detail : cause}`, { notOpened: { cause, detail } });
  }
  return [...alike.values()];
}

const byNode = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : one > other ? 1 : 0;

const mostNames = 5;

/** The first few names, and how many there are besides. */
export const firstNames = (nodes: readonly string[]): string =>
  nodes.length <= mostNames
    ? nodes.join(", ")
    : `${nodes.slice(0, mostNames).join(", ")} and ${nodes.length - mostNames} more`;

/** One sentence for each cause for which vantage points could not be opened, those with most nodes first. */
export function failuresByCause(facts: readonly VantageFact[]): string[] {
  const byCause = new Map<OpeningFailure, VantageFact[]>();
  for (const fact of facts) {
    if (fact.notOpened === undefined) continue;
    byCause.set(fact.notOpened.cause, [...(byCause.get(fact.notOpened.cause) ?? []), fact]);
  }
  return [...byCause]
    .map(([cause, alike]) => ({
      cause,
      nodes: alike.flatMap(({ nodes }) => nodes),
      first: alike[0]?.notOpened?.detail,
    }))
    .toSorted((one, other) => other.nodes.length - one.nodes.length)
    .map(({ cause, nodes, first = "" }) => {
      const count = `${nodes.length} vantage ${nodes.length === 1 ? "point" : "points"} could not be opened`;
      return `${count} (${firstNames(nodes)}): ${openingFailureWords[cause]}; ${nodes[0]}: ${first}`;
    });
}
