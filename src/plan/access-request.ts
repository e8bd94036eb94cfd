import type { AccessEvidence, AccessRequest, LeftOut } from "../model/firewall/access-rule.ts";
import { withoutZone } from "../model/address/ip-literal.ts";
import type { Flow, Plan } from "../model/flow.ts";
import type { Result, Run } from "../model/run/run.ts";
import type { AddressedNode, WrittenNetwork } from "./access-ends.ts";
import { staysOnNode } from "./access-packets.ts";
import { accessRules } from "./access-rules.ts";

/** What a change request is made of. */
export interface RequestMatter {
  plan: Plan;
  /** The whole plan, where `plan` is a part of it. */
  whole?: Plan;
  topology: string;
  nodes: readonly AddressedNode[];
  networks: readonly WrittenNetwork[];
  isGrouped: boolean;
  /** The run whose failures are asked for; without one everything that is planned is. */
  run?: Run;
}

/** The rules to ask for, and every flow that is in none of them, with the reason. */
export function accessRequest(matter: RequestMatter): AccessRequest {
  const { plan, topology, run } = matter;
  const leftOut = new Map<LeftOut["why"], string[]>();
  const leave = (why: LeftOut["why"], id: string): void => void leftOut.set(why, [...(leftOut.get(why) ?? []), id]);
  const results = new Map(run?.results.map((result) => [result.id, result]));
  const evidence = new Map<string, AccessEvidence>();
  const wanted: Flow[] = [];
  for (const flow of plan.flows) {
    const why = whyNotARule(flow) ?? (run === undefined ? undefined : whyNotFailing(results.get(flow.id)));
    if (why === undefined) wanted.push(flow);
    else leave(why, flow.id);
    const result = results.get(flow.id);
    if (why === undefined && result !== undefined && run !== undefined) evidence.set(flow.id, evidenceOf(result, run));
  }
  const planned = new Set((matter.whole ?? plan).flows.map(({ id }) => id));
  for (const { id } of run?.results ?? []) if (!planned.has(id)) leave("not-in-the-topology", id);
  return {
    catalog: { title: plan.catalog.title, url: plan.catalog.url },
    topology,
    ...(run === undefined ? {} : { run: { startedAt: run.startedAt } }),
    rules: accessRules(wanted, { ...matter, evidence }),
    leftOut: Array.from(leftOut, ([why, flows]) => ({ why, flows })),
  };
}

function whyNotARule(flow: Flow): LeftOut["why"] | undefined {
  if (staysOnNode(flow)) return "on-the-node-itself";
  return flow.expect === "blocked" ? "must-be-blocked" : undefined;
}

function whyNotFailing(result: Result | undefined): LeftOut["why"] | undefined {
  if (result === undefined) return "not-in-the-run";
  if (result.verdict === "pass" || result.verdict === "warn") return "works";
  if (result.verdict === "unknown") return "not-decided";
  if (result.verdict !== "fail") return "not-tried";
  return mayBeAFirewall(result) ? undefined : "no-firewall";
}

/**
 * True if a firewall may have made a flow fail as it failed: silence, a prohibition, or a refusal that somebody in
 * between made. A host that refuses by itself, a wrong answer and a missing route are no matter of rules.
 */
function mayBeAFirewall({ outcome, address, evidence }: Result): boolean {
  if (outcome === "silent" || outcome === "prohibited") return true;
  if (outcome !== "refused") return false;
  const { reporter, resetFrom, resetNearer } = evidence;
  const isForeign = reporter !== undefined && withoutZone(reporter) !== withoutZone(address);
  return isForeign || resetFrom === "middlebox-likely" || resetNearer === true;
}

function evidenceOf({ id, outcome, takenAt, evidence }: Result, run: Run): AccessEvidence {
  const { reporter, icmpCode, trace } = evidence;
  return {
    outcome: outcome ?? "unknown",
    ...(reporter === undefined ? {} : { reporter }),
    ...(icmpCode === undefined ? {} : { icmpCode }),
    at: takenAt ?? run.startedAt,
    ...(trace === undefined ? {} : { trace }),
    flows: [id],
  };
}
