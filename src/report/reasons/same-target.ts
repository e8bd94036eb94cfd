import type { Plan } from "../../model/flow.ts";
import { type LimitPattern, limitPatternIn } from "../../model/limit-pattern.ts";
import { groupBy } from "../text/group-by.ts";
import type { Facts } from "../text/wording.ts";
import { slowUnreachableMs } from "./icmp-words.ts";

/** Finds what one sender learned of one address, in the order in which it was asked; the flow itself is among it. */
export type SameTargetOf = (facts: Facts) => readonly Facts[];

/**
 * Indexes a run by sender and address; the index is made by the first question, because few reasons ask. It has the
 * addresses with something else than passes only: of a pass nobody asks. Probes are sent in the order of the plan.
 */
export function sameTargetIn(run: readonly Facts[], plan: Pick<Plan, "flows" | "probes">): SameTargetOf {
  let byPlace: Map<string, Facts[]> | undefined;
  return (facts) => {
    byPlace ??= indexOf(plan, run);
    return byPlace.get(placeOf(facts)) ?? [];
  };
}

const placeOf = ({ from, address }: Facts): string => `${from} ${address}`;

function inOrderOf({ flows, probes }: Pick<Plan, "flows" | "probes">, some: readonly Facts[]): Facts[] {
  const byId = new Map(some.map((facts) => [facts.id, facts]));
  const byProbe = groupBy(
    flows.filter(({ id }) => byId.has(id)),
    ({ probe }) => probe,
  );
  return probes.flatMap(({ id }) => (byProbe.get(id) ?? []).flatMap((flow) => byId.get(flow.id) ?? none));
}

const none: readonly never[] = [];

function indexOf(plan: Pick<Plan, "flows" | "probes">, run: readonly Facts[]): Map<string, Facts[]> {
  const asked = new Set<string>();
  for (const { verdict, address } of run) if (verdict !== "pass") asked.add(address);
  const sent = run.filter(({ vantage, address }) => vantage !== undefined && asked.has(address));
  const byPlace = new Map<string, Facts[]>();
  for (const facts of inOrderOf(plan, sent)) {
    const place = placeOf(facts);
    const known = byPlace.get(place);
    if (known === undefined) byPlace.set(place, [facts]);
    else known.push(facts);
  }
  return byPlace;
}

const words = { open: "answered", prohibited: "was prohibited", refused: "was refused" } as const;

/**
 * What shows that something at an address, or on its behalf, answers: `tcp/22 answered`. What says most comes first: an
 * answer, a prohibition, a refusal. `undefined` where nothing else answered.
 */
export function lifeBeside(others: readonly Facts[], nameOf: (facts: Facts) => string): string | undefined {
  for (const kind of ["open", "prohibited", "refused"] as const) {
    const found = others.find(({ outcome }) => outcome === kind);
    if (found !== undefined) return `${nameOf(found)} ${words[kind]}`;
  }
  return undefined;
}

/**
 * The flow to an address of which a router found out that no machine answers for it; that takes a router three seconds
 * (docs/notes/icmp-errors.md#when-they-come). `undefined` where there is none, or where something there answers.
 */
export function offBeside(others: readonly Facts[]): Facts | undefined {
  if (others.some(({ outcome = "" }) => outcome in words)) return undefined;
  return others.find(({ outcome, rttMs = 0, address, evidence: { reporter } }) => {
    return outcome === "unreachable" && rttMs > slowUnreachableMs && reporter !== address;
  });
}

/**
 * The pattern of a limit on new connections in all TCP ports that were asked at an address; of a port that was asked
 * again, slower, what it gave at first. `undefined` where there is no such pattern.
 */
export function answeredBeforeSilence(sameTarget: readonly Facts[]): LimitPattern | undefined {
  const outcomes = new Map(
    sameTarget.flatMap(({ protocol, port, outcome, evidence }) =>
      protocol === "tcp" ? [[port, evidence.askedSlower === undefined ? outcome : "silent"] as const] : [],
    ),
  );
  return limitPatternIn([...outcomes.values()]);
}
