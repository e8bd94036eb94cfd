import { plainTexts } from "../../model/text/printable.ts";
import type { Result, Run } from "../../model/run/run.ts";
import { localCheckLine, localSection } from "./local-check.ts";
import { viewService } from "./service-state.ts";
import { inOrder } from "../text/wording.ts";

/**
 * Agent output that gives every node of the run its own services (docs/notes/reporting.md): `Ports incoming` for the
 * flows to it and `Ports outgoing` for those from it, so each flow stands at both of its ends. For the agent's spool
 * folder or a program that is called instead of an agent. Nodes must have the names of their hosts in Checkmk.
 */
export function renderCheckmkPiggyback(raw: Run): string {
  const run = plainTexts(raw);
  const nodes = new Map<string, { incoming: Result[]; outgoing: Result[] }>();
  const at = (name: string) => {
    const node = nodes.get(name) ?? { incoming: [], outgoing: [] };
    nodes.set(name, node);
    return node;
  };
  for (const result of run.results) {
    at(result.from).outgoing.push(result);
    at(result.to).incoming.push(result);
  }
  const lines = inOrder(nodes.keys()).flatMap((name) => {
    const { incoming, outgoing } = at(name);
    return [
      `<<<<${hostName(name)}>>>>`,
      localSection,
      ...(incoming.length === 0 ? [] : [localCheckLine("Ports incoming", viewService(incoming, run))]),
      ...(outgoing.length === 0 ? [] : [localCheckLine("Ports outgoing", viewService(outgoing, run))]),
    ];
  });
  return `${[...lines, "<<<<>>>>"].join("\n")}\n`;
}

/** Host names in Checkmk consist of letters, digits, `-`, `_` and `.`; the topology allows no others either. */
const hostName = (name: string): string => name.replaceAll(/[^\w.-]/g, "_");
