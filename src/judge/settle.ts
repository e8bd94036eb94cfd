import type { Flow } from "../model/flow.ts";
import { sortById } from "../model/order.ts";
import type { Judgement } from "../model/run/run.ts";
import { settleAlternatives } from "./alternatives.ts";
import { needsDecoy } from "./decoy.ts";
import { isOwnRefusal } from "./controls.ts";
import type { Observed } from "../model/run/observed.ts";
import { type Case, openJudge } from "./judge.ts";
import { hasMeasuredReset } from "./resets.ts";
import { probesOf, sendersOf } from "./sender.ts";

/** Judges flows while a run goes on, each as soon as nothing that is still to come can change its judgement. */
export interface Settling {
  /** The flows that this run cannot send at all; they are final from the start. */
  unsendable: () => Judgement[];
  /** Call once for each probe that is done. */
  settle: (probe: string, seen: Observed) => Settled;
  /** The flows that were not given yet, sorted by id: their judgement waits for the end of the run. */
  rest: () => Flow[];
}

/** What one more probe has made final. */
export interface Settled {
  judgements: readonly Judgement[];
  /** Probes whose observation no judgement that is still to come rests on. */
  over: readonly string[];
}

/**
 * Six kinds of flows have to wait. Members of a group of alternatives wait for the whole group. Flows that must be
 * blocked wait for the end of the run, because a control may answer last. Flows of which no more than a handshake is
 * known wait for it too, because decoys are asked last, and so do refusals whose distance is known, which is compared
 * with all others, and silence, because it may be asked again: a limit on new connections or on ICMP errors, or lost packets, may explain it. Flows whose probe never ends, because the run is interrupted, are not given here at all. What is given
 * equals what `judge` says of the whole run, and is forgotten: the longer a run goes on, the less is kept.
 */
export function startSettling({
  plan,
  stage,
  senders,
  decoys,
}: Pick<Case, "plan" | "stage" | "senders"> & { decoys?: { has: (probe: string) => boolean } }): Settling {
  const probeOf = probesOf(plan.probes);
  const { senderOf } = sendersOf(probeOf);
  const isSent = (flow: Flow) => senders.has(senderOf(flow));
  // What rests on other flows is left to the end, so the judge need not know what they saw.
  const judgeFlow = openJudge({ plan, observed: new Map(), stage, senders, interrupted: false });
  const left = collect(plan.flows, ({ probe }) => probe);
  const membersOf = collect(plan.flows, ({ alternative }) => alternative);
  const waiting = new Map<string, Map<string, Observed>>(); // by group, what its members saw by probe
  const isReference = findReferences(plan.flows);

  const awaitsDecoy = (id: string, { observation }: Observed): boolean => {
    const probe = decoys?.has(id) === true ? probeOf(id) : undefined;
    return probe !== undefined && needsDecoy(probe, observation);
  };

  /** What is said of a reset depends on every other answer of the run. */
  const awaitsRest = (id: string, seen: Observed): boolean =>
    awaitsDecoy(id, seen) ||
    hasMeasuredReset(seen.observation) ||
    seen.earlier.some(hasMeasuredReset) ||
    seen.observation.answers.some(({ outcome }) => outcome.kind === "silent");

  const forget = (group: string) => {
    membersOf.delete(group);
    waiting.delete(group);
  };

  /** Takes out what is given. */
  const give = (given: readonly Flow[]) => {
    for (const flow of given) {
      const others = listOf(left.get(flow.probe)).filter((one) => one !== flow);
      if (others.length > 0) left.set(flow.probe, others);
      else left.delete(flow.probe);
    }
  };

  /** A member is done. The judgements of the group and what they rest on, if it was the last one. */
  const settleGroup = (group: string, probe: string, seen: Observed): Settled => {
    const members = listOf(membersOf.get(group)).filter(isSent);
    const known = waiting.get(group) ?? new Map<string, Observed>();
    waiting.set(group, known.set(probe, seen));
    if (!members.every((member) => member.expect === "open" && known.has(member.probe))) return nothing;
    forget(group);
    give(members);
    const judgements = members.map((member) => judgeFlow(member, known.get(member.probe)));
    const over = [...known].filter(([id, its]) => !left.has(id) && !isReference(its)).map(([id]) => id);
    return { judgements: sortById(settleAlternatives(judgements, members)), over };
  };

  return {
    unsendable: () => {
      const unsendable = plan.flows.filter((flow) => !senders.has(flow.from) && !isSent(flow));
      give(unsendable);
      return unsendable.map((flow) => judgeFlow(flow, undefined));
    },
    settle: (probe, seen) => {
      const flows = listOf(left.get(probe)).filter(({ expect }) => expect === "open");
      const groups = new Set(flows.flatMap(({ alternative }) => alternative ?? []));
      if (awaitsRest(probe, seen)) {
        for (const group of groups) forget(group);
        return nothing;
      }
      const single = flows.filter(({ alternative }) => alternative === undefined);
      give(single);
      const judgements = single.map((flow) => judgeFlow(flow, seen));
      const over = left.has(probe) || isReference(seen) ? [] : [probe];
      for (const group of groups) {
        if (!membersOf.has(group)) continue;
        const settled = settleGroup(group, probe, seen);
        judgements.push(...settled.judgements);
        over.push(...settled.over);
      }
      return { judgements, over };
    },
    rest: () => sortById([...left.values()].flatMap(listOf)),
  };
}

const nothing: Settled = { judgements: [], over: [] };

/**
 * Tells the observations that judgements of other flows may rest on: an answer is a control for what must be blocked at
 * the same address, a refusal is what is said where there is none, and an answer's time to live is what a reset is compared with.
 */
function findReferences(flows: readonly Flow[]): (seen: Observed) => boolean {
  const hasBlocked = flows.some(({ expect }) => expect === "blocked");
  const hasTcp = flows.some(({ protocol }) => protocol === "tcp");
  return ({ observation }) =>
    observation.answers.some((answer) => {
      const { outcome, evidence } = answer;
      if (hasBlocked && isOwnRefusal(answer)) return true;
      return outcome.kind === "open" && (hasBlocked || (hasTcp && evidence.ttl !== undefined));
    });
}

/** One flow or several; most stand alone, and a list for each would take as much as the map. */
type Flows = Flow | Flow[];

/** Flows by a key; those without one are left out. */
function collect(flows: readonly Flow[], keyOf: (flow: Flow) => string | undefined): Map<string, Flows> {
  const groups = new Map<string, Flows>();
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

function listOf(flows: Flows | undefined): readonly Flow[] {
  if (flows === undefined) return [];
  return Array.isArray(flows) ? flows : [flows];
}
