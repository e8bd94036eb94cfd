import type { Flow, Plan } from "../model/flow.ts";
import type { Answer, Observation } from "../model/outcome.ts";
import type { Judgement, ResultEvidence } from "../model/run.ts";
import type { Stage } from "../model/verdict.ts";
import { settleAlternatives } from "./alternatives.ts";
import type { Canaries } from "./canary.ts";
import { sendersOf } from "./sender.ts";
import { findControls } from "./controls.ts";
import { traceResets } from "./resets.ts";
import type { Ruling } from "./rules.ts";
import { type Weighed, type Weighing, weighObservation } from "./weigh.ts";

/** What became of one probe: what was seen, in how many attempts, and the attempts that saw something else. */
export interface Observed {
  observation: Observation;
  attempts: number;
  earlier: readonly Observation[];
}

export interface Case {
  plan: Plan;
  /** By probe id; a probe that is absent was not sent. */
  observed: ReadonlyMap<string, Observed>;
  stage: Stage;
  /** The nodes that this run had a vantage point for. */
  senders: ReadonlySet<string>;
  interrupted: boolean;
  /** What ports that nobody should hold said; absent where none was asked. */
  canaries?: Canaries;
}

/** Facts → opinions, one for each flow of the plan, sorted by id. Codes only; `report/phrase.ts` has the sentences. */
export function judge({ plan, observed, stage, senders, interrupted, canaries }: Case): Judgement[] {
  const probes = new Map(plan.probes.map((probe) => [probe.id, probe]));
  const { placeOf } = sendersOf(probes);
  const findControl = findControls(plan.flows, probes, observed);
  const traceReset = traceResets(plan.flows, probes, observed);
  const weighingOf = (flow: Flow): Weighing => ({
    flow,
    stage,
    controlFor: (address) => findControl(flow, address),
    canaryFor: (address) => (address === undefined ? undefined : canaries?.get(placeOf(flow, address))),
  });
  const judgements = plan.flows.map((flow) => {
    const seen = observed.get(flow.probe);
    if (seen !== undefined) return traceReset(flow, judgeFlow(weighingOf(flow), seen));
    return { ...facts(flow), attempts: 0, ...notSent(senders.has(flow.from), interrupted) };
  });
  return settleAlternatives(judgements, plan.flows).toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** A probe without an observation. That nobody could send or that the user stopped explains it; anything else is a bug. */
function notSent(hasVantage: boolean, interrupted: boolean): Ruling & { evidence: ResultEvidence } {
  if (!hasVantage) return { verdict: "skipped", reason: "no-vantage", proof: "none", evidence: {} };
  if (interrupted) return { verdict: "skipped", reason: "interrupted", proof: "none", evidence: {} };
  const evidence = { cause: "internal" as const, detail: "the probe was planned but left no observation" };
  return { verdict: "error", reason: "probe-failed", proof: "none", evidence };
}

function judgeFlow(weighing: Weighing, seen: Observed): Judgement {
  const { flow } = weighing;
  const earlier = seen.earlier.map((observation) => weighObservation(observation, weighing));
  const { ruling, answer, control, canary } = settleAttempts(
    flow,
    weighObservation(seen.observation, weighing),
    earlier,
  );
  const { outcome } = answer;
  const wasSent = outcome.kind !== "unsent";
  return {
    ...facts(flow),
    ...(answer.address === undefined ? {} : { address: answer.address }),
    ...(wasSent ? { vantage: flow.from } : {}),
    outcome: outcome.kind,
    ...("rttMs" in outcome ? { rttMs: outcome.rttMs } : {}),
    attempts: seen.attempts,
    evidence: {
      ...evidenceOf(answer),
      ...(control === undefined ? {} : { control }),
      ...(canary === undefined ? {} : { canary }),
      ...(seen.observation.answers.length > 1 ? { addresses: seen.observation.answers } : {}),
      ...(earlier.length > 0 ? { earlier: earlier.map((attempt) => attempt.answer) } : {}),
    },
    ...ruling,
    ...(ruling.reason === "absence-is-normal" && flow.tolerates !== undefined ? { tolerated: flow.tolerates.why } : {}),
  };
}

/**
 * Attempts that disagree. A port that must be open but answered only after a failure is yellow, not green. A port that
 * must be blocked and let one attempt through is not blocked, whatever the others saw.
 */
function settleAttempts(flow: Flow, last: Weighed, earlier: readonly Weighed[]): Weighed {
  if (flow.expect === "blocked") {
    const reached = earlier.find(({ ruling }) => ruling.verdict === "fail");
    return reached === undefined || last.ruling.verdict === "fail" ? last : reached;
  }
  const failed = earlier.some(({ ruling }) => ruling.verdict === "fail" || ruling.verdict === "unknown");
  if (!failed || last.ruling.verdict !== "pass") return last;
  return { ...last, ruling: { verdict: "warn", reason: "answered-on-second-attempt", proof: last.ruling.proof } };
}

function evidenceOf({ outcome, evidence }: Answer): ResultEvidence {
  if (outcome.kind === "unsent") return { ...evidence, cause: outcome.cause, detail: outcome.detail };
  return outcome.kind === "silent" ? { ...evidence, waitedMs: outcome.waitedMs } : evidence;
}

/** The part of a result that the plan already knows. */
function facts(flow: Flow) {
  const { id, section, requirement, service, short, from, to, address, protocol, port, expect } = flow;
  const place = { id, section, requirement, service, short, from, to, address, protocol };
  return { ...place, ...(port === undefined ? {} : { port }), expect };
}
