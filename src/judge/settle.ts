import type { Flow } from "../model/flow.ts";
import { sortById } from "../model/order.ts";
import type { Judgement } from "../model/run.ts";
import { settleAlternatives } from "./alternatives.ts";
import { needsCanary } from "./canary.ts";
import { type Case, type Observed, openJudge } from "./judge.ts";
import { hasMeasuredReset } from "./resets.ts";
import { probesOf, sendersOf } from "./sender.ts";

/** Judges flows while a run goes on, each as soon as nothing that is still to come can change its judgement. */
export interface Settling {
  /** The flows that this run cannot send at all; they are final from the start. */
  unsendable: () => Judgement[];
  /** Call once for each probe that is done: the judgements that have become final by it. */
  settle: (probe: string, seen: Observed) => Judgement[];
}

/**
 * Five kinds of flows have to wait. Members of a group of alternatives wait for the whole group. Flows that must be
 * blocked wait for the end of the run, because a control may answer last. Flows of which no more than a handshake is
 * known wait for it too, because canaries are asked last, and so do refusals whose distance is known, which is compared
 * with all others. Flows whose probe never ends, because the run is interrupted, are not given here at all. What is given
 * equals what `judge` says of the whole run. What needs no more waiting, or can only wait for the end, is forgotten.
 */
export function startSettling({
  plan,
  stage,
  senders,
  canaries,
}: Pick<Case, "plan" | "stage" | "senders"> & { canaries?: { has: (probe: string) => boolean } }): Settling {
  const probeOf = probesOf(plan.probes);
  const { senderOf } = sendersOf(probeOf);
  const isSent = (flow: Flow) => senders.has(senderOf(flow));
  // What rests on other flows is left to the end, so the judge need not know what they saw.
  const judgeFlow = openJudge({ plan, observed: new Map(), stage, senders, interrupted: false });
  const flowsOf = collect(plan.flows, ({ probe, expect }) => (expect === "open" ? probe : undefined));
  const membersOf = collect(plan.flows, ({ alternative }) => alternative);
  const waiting = new Map<string, Map<string, Observed>>(); // by group, what its members saw by probe

  const awaitsCanary = (id: string, { observation }: Observed): boolean => {
    const probe = canaries?.has(id) === true ? probeOf(id) : undefined;
    return probe !== undefined && needsCanary(probe, observation);
  };

  /** What is said of a reset depends on every other answer of the run. */
  const awaitsRest = (id: string, seen: Observed): boolean =>
    awaitsCanary(id, seen) || hasMeasuredReset(seen.observation) || seen.earlier.some(hasMeasuredReset);

  const forget = (group: string) => {
    membersOf.delete(group);
    waiting.delete(group);
  };

  /** A member is done. The judgements of the group, if it was the last one. */
  const settleGroup = (group: string, probe: string, seen: Observed): Judgement[] => {
    const members = listOf(membersOf.get(group)).filter(isSent);
    const known = waiting.get(group) ?? new Map<string, Observed>();
    waiting.set(group, known.set(probe, seen));
    if (!members.every((member) => member.expect === "open" && known.has(member.probe))) return [];
    forget(group);
    const judgements = members.map((member) => judgeFlow(member, known.get(member.probe)));
    return sortById(settleAlternatives(judgements, members));
  };

  return {
    unsendable: () =>
      plan.flows.filter((flow) => !senders.has(flow.from) && !isSent(flow)).map((flow) => judgeFlow(flow, undefined)),
    settle: (probe, seen) => {
      const flows = listOf(flowsOf.get(probe));
      flowsOf.delete(probe);
      const isFinal = !awaitsRest(probe, seen);
      const single = isFinal ? flows.filter(({ alternative }) => alternative === undefined) : [];
      const settled = single.map((flow) => judgeFlow(flow, seen));
      for (const group of new Set(flows.flatMap(({ alternative }) => alternative ?? []))) {
        if (!isFinal) forget(group);
        else if (membersOf.has(group)) settled.push(...settleGroup(group, probe, seen));
      }
      return settled;
    },
  };
}

/** Flows by a key; those without one are left out. Most stand alone, and a list for each takes as much as the map. */
function collect(flows: readonly Flow[], keyOf: (flow: Flow) => string | undefined): Map<string, Flow | Flow[]> {
  const groups = new Map<string, Flow | Flow[]>();
  for (const flow of flows) {
    const key = keyOf(flow);
    if (key === undefined) continue;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, flow);
    else if (Array.isArray(known)) known.push(flow);
    else groups.set(key, [known, flow]);
  }
  return groups;
}

/** What stands under one key, as a list. */
function listOf(known: Flow | Flow[] | undefined): readonly Flow[] {
  if (known === undefined) return [];
  return Array.isArray(known) ? known : [known];
}
