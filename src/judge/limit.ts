import type { Plan, Probe } from "../model/flow.ts";
import { fewestForPattern, type LimitPattern, limitPatternIn } from "../model/limit-pattern.ts";
import type { Observed } from "../model/run/observed.ts";
import type { Observation, OutcomeKind } from "../model/outcome.ts";
import { placeAt } from "./sender.ts";

/** New connections from one sender to one target, of which a limit may have let only the first through. */
export interface LimitSuspicion extends LimitPattern {
  from: string;
  target: string;
  /** Ids of the probes that were silent, in the order in which they were sent. */
  silentProbes: readonly string[];
}

/** The TCP probes of ports that must be open, by sender and target, in the order in which they are sent. */
function connectionsByPlace(
  { probes }: Pick<Plan, "probes">,
  isOfInterest: (target: string) => boolean = () => true,
): Probe[][] {
  const places = new Map<string, Probe[]>();
  for (const probe of probes) {
    if (!isOfInterest(probe.target) || probe.spec.kind !== "tcp" || probe.expectations.includes("blocked")) continue;
    const place = placeAt(probe.from, probe.target);
    const known = places.get(place);
    if (known === undefined) places.set(place, [probe]);
    else known.push(probe);
  }
  return [...places.values()].filter(({ length }) => length >= fewestForPattern);
}

/** What is left of observations that a run forgets, for suspicions that may rest on them. */
export interface LastingOutcomes {
  /** Call before an observation is forgotten; silence is not, before the run is over. */
  keep: (id: string, seen: Pick<Observed, "observation"> | undefined) => void;
  of: (id: string) => OutcomeKind | undefined;
}

/** Keeps one word of each observation that a suspicion may rest on: those of targets with many ports. */
export function openLastingOutcomes(plan: Pick<Plan, "probes">): LastingOutcomes {
  const outcomes = new Map<string, OutcomeKind | undefined>();
  for (const probes of connectionsByPlace(plan)) for (const { id } of probes) outcomes.set(id, undefined);
  return {
    keep: (id, seen) => void (outcomes.has(id) && outcomes.set(id, outcomeOf(seen?.observation))),
    of: (id) => outcomes.get(id),
  };
}

/**
 * Finds targets of which the first new connections worked and all others were silent. What is not in `observed` any more
 * is read from `lasting`.
 */
export function suspectLimits(
  plan: Pick<Plan, "probes">,
  observed: ReadonlyMap<string, Pick<Observed, "observation">>,
  lasting?: Pick<LastingOutcomes, "of">,
): LimitSuspicion[] {
  const silent = new Set(
    plan.probes.filter(({ id }) => isSilent(observed.get(id)?.observation)).map(({ target }) => target),
  );
  if (silent.size === 0) return [];
  return connectionsByPlace(plan, (target) => silent.has(target)).flatMap((probes) => {
    const pattern = limitPatternIn(probes.map(({ id }) => outcomeOf(observed.get(id)?.observation) ?? lasting?.of(id)));
    const [first] = probes;
    if (pattern === undefined || first === undefined) return [];
    const silentProbes = probes.slice(pattern.answered).map(({ id }) => id);
    return [{ ...pattern, from: first.from, target: first.target, silentProbes }];
  });
}

const isSilent = (observation: Observation | undefined): boolean =>
  observation?.answers.some(({ outcome }) => outcome.kind === "silent") === true;

/** The outcome that all addresses of a target have in common. */
function outcomeOf(observation: Observation | undefined): OutcomeKind | undefined {
  const kinds = new Set(
    observation?.answers.map(({ outcome }) => (outcome.kind === "refused" ? "open" : outcome.kind)),
  );
  const [kind, ...others] = kinds;
  return others.length === 0 ? kind : undefined;
}
