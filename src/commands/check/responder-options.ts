import type { Plan } from "../../model/flow.ts";
import { InputError } from "../../model/text/problem.ts";
import type { Planned } from "../plan.ts";
import { newKey, readKey } from "../responder/key.ts";
import { loadForCheck } from "../responder/merge.ts";
import { nodesOf } from "../identify/identify.ts";

/** Which responders a run has, and their key. */
export interface ResponderOptions {
  /** 64 hexadecimal digits. */
  key: string;
  /** Nodes with a responder that this run starts. */
  started: readonly string[];
  /** Nodes where one is listening already, with the same key. */
  byHand: readonly string[];
  /** Records of those, by node: files that are read at the end of the run. */
  records: ReadonlyMap<string, string>;
}

/** Reads `--responders`: `auto` or names of nodes. Nodes without a vantage point need a shared key. */
function readResponders(
  wanted: readonly string[],
  plan: Plan,
  { senders, nodes, hasKey }: { senders: ReadonlySet<string>; nodes: readonly string[]; hasKey: boolean },
): Pick<ResponderOptions, "started" | "byHand"> {
  const targets = [...new Set(plan.flows.map(({ to }) => to))].filter((node) => nodes.includes(node));
  const named = wanted.filter((node) => node !== "auto");
  const problems = named.flatMap((node) => {
    if (!nodes.includes(node)) return [`the topology has no node "${node}"`];
    if (senders.has(node) || hasKey) return [];
    return [
      `there is no vantage point for ${node} through which a responder could be started; declare one under "vantages:", or run \`portmatrix listen --as ${node}\` there and give both sides a key (--key-file)`,
    ];
  });
  if (problems.length > 0) throw new InputError(problems.map((message) => ({ file: "--responders", message })));
  const auto = wanted.includes("auto") ? targets.filter((node) => senders.has(node)) : [];
  const started = [...new Set([...auto, ...named.filter((node) => senders.has(node))])];
  return { started, byHand: named.filter((node) => !senders.has(node)) };
}

/** Where responders are wanted, and the key that they have: a shared one, or one that lives as long as this run. */
export async function responderOptions(
  { plan, wholePlan, loaded }: Pick<Planned, "plan" | "wholePlan" | "loaded">,
  senders: ReadonlySet<string>,
  {
    responders = [],
    keyFile,
    merge = [],
  }: { responders?: readonly string[]; keyFile?: string; merge?: readonly string[] },
): Promise<ResponderOptions | undefined> {
  if (responders.length === 0 && merge.length === 0) return undefined;
  const shared = await readKey({ keyFile, env: loaded.env });
  const records = await loadForCheck(merge, wholePlan, shared, Date.now());
  const nodes = nodesOf(loaded.topology).map(({ name }) => name);
  const named = readResponders(responders, plan, { senders, nodes, hasKey: shared !== undefined });
  const byHand = [...new Set([...named.byHand, ...records.keys()])];
  const started = named.started.filter((node) => !byHand.includes(node));
  return { key: shared ?? newKey(), started, byHand, records };
}
