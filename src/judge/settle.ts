import { sendersOf } from "./sender.ts";
import type { Flow, Plan } from "../model/flow.ts";
import type { Judgement } from "../model/run.ts";
import { needsCanary } from "./canary.ts";
import { type Case, judge, type Observed } from "./judge.ts";
import { hasMeasuredReset } from "./resets.ts";

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
 * known wait for it too, because canaries are asked last, and so do refusals whose distance is known, which is compared with all others. Flows whose probe never ends, because the
 * run is interrupted, are not given here at all. What is given equals what `judge` says of the whole run.
 */
export function startSettling({
  plan,
  stage,
  senders,
  canaries,
}: Pick<Case, "plan" | "stage" | "senders"> & { canaries?: { has: (probe: string) => boolean } }): Settling {
  const probes = new Map(plan.probes.map((probe) => [probe.id, probe]));
  const byProbe = collect(plan.flows, ({ probe }) => probe);
  const alternatives = collect(plan.flows, ({ alternative }) => alternative);
  const waiting = new Map<string, Observed>();
  const { senderOf } = sendersOf(probes);
  const isSent = (flow: Flow) => senders.has(senderOf(flow));

  const judgeOnly = (flows: readonly Flow[], observed: ReadonlyMap<string, Observed>): Judgement[] => {
    const needed = [...new Set(flows.map(({ probe }) => probe))].flatMap((id) => probes.get(id) ?? []);
    const part: Plan = { ...plan, flows, probes: needed };
    return judge({ plan: part, observed, stage, senders, interrupted: false });
  };

  const awaitsCanary = (id: string, { observation }: Observed): boolean => {
    const probe = probes.get(id);
    return probe !== undefined && canaries?.has(id) === true && needsCanary(probe, observation);
  };

  /** What is said of a reset depends on every other answer of the run. */
  const awaitsRest = (id: string, seen: Observed): boolean =>
    awaitsCanary(id, seen) || [seen.observation, ...seen.earlier].some(hasMeasuredReset);

  return {
    unsendable: () =>
      judgeOnly(
        plan.flows.filter((flow) => !isSent(flow) && !senders.has(flow.from)),
        new Map(),
      ),
    settle: (probe, seen) => {
      const flows = (byProbe.get(probe) ?? []).filter(({ expect }) => expect === "open");
      const single = flows.filter(({ alternative }) => alternative === undefined);
      const settled = awaitsRest(probe, seen) ? [] : judgeOnly(single, new Map([[probe, seen]]));
      for (const group of new Set(flows.flatMap(({ alternative }) => alternative ?? []))) {
        const members = (alternatives.get(group) ?? []).filter(isSent);
        waiting.set(probe, seen);
        const isDone = members.every((member) => {
          const its = waiting.get(member.probe);
          return member.expect === "open" && its !== undefined && !awaitsRest(member.probe, its);
        });
        if (isDone) settled.push(...judgeOnly(members, waiting));
      }
      return settled;
    },
  };
}

/** Flows by a key; those without one are left out. */
function collect(flows: readonly Flow[], keyOf: (flow: Flow) => string | undefined): Map<string, Flow[]> {
  const groups = new Map<string, Flow[]>();
  for (const flow of flows) {
    const key = keyOf(flow);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [flow]);
    else group.push(flow);
  }
  return groups;
}
