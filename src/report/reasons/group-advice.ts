import { listed, inOrder, nodes, service } from "../text/wording.ts";
import type { Shared } from "./reason-words.ts";

/** Where to look when one port of several nodes is blocked alike. */
export function sharedRule({ results: [first], works }: Shared): string {
  const yet =
    works.length === 0 ? "" : ` ${nodes(works)} answered ${first.from} on it, so the rule does not cover all.`;
  return first.protocol === "icmp"
    ? `The same on several nodes points to a rule for ICMP echo between ${first.from} and them.${yet}`
    : `The same port on several nodes points to one firewall rule: look for ${service(first)} from ${first.from} on their common path.${yet}`;
}

/** Where to look when one port of one node is silent for several nodes. */
export function sharedSilence({ results, works }: Shared): string {
  const [first] = results;
  const sources = inOrder(results.map(({ from }) => from));
  return works.length === 0
    ? `Several nodes see the same, so look at ${first.to} first: its own firewall for ${service(first)}, then the firewall in front of it.`
    : `${nodes(works)} reached that port, so ${first.to} is up: look for a rule that treats ${listed(sources)} differently, on their common path.`;
}
