import type { Flow, Plan } from "../model/flow.ts";
import type { Observed } from "../model/observed.ts";
import type { Answer } from "../model/outcome.ts";
import type { Judgement, ResultEvidence } from "../model/run.ts";
import { sortById } from "../model/order.ts";
import type { Stage } from "../model/verdict.ts";
import { settleAlternatives } from "./alternatives.ts";
import type { Canaries } from "./canary.ts";
import { findControls } from "./controls.ts";
import { traceResets } from "./resets.ts";
import { probesOf, sendersOf } from "./sender.ts";
import { type Weighed, type Weighing, weighObservation } from "./weigh.ts";

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

/**
 * Facts → opinions, one for each flow of the plan, sorted by id. Codes only; `report/reasons/phrase.ts` has the sentences. With
 * `flows` only these are judged, with all of the plan in view; groups of alternatives must be in it as a whole.
 */
export function judge(run: Case, flows: readonly Flow[] = run.plan.flows): Judgement[] {
  const { observed } = run;
  const judgeFlow = openJudge(run);
  const judgements = flows.map((flow) => judgeFlow(flow, observed.get(flow.probe)));
  return sortById(settleAlternatives(judgements, flows));
}

/** Judges one flow by what its probe saw, or left unsaid because it was not sent. Alternatives are settled afterwards. */
export type JudgeFlow = (flow: Flow, seen: Observed | undefined) => Judgement;

/**
 * Opens the judgement of a run, to be given flow by flow. What other flows saw is read from `observed` once a judgement
 * rests on it; by then all of it must be there. Every judgement is new and belongs to the caller.
 */
export function openJudge({ plan, observed, stage, senders, interrupted, canaries = new Map() }: Case): JudgeFlow {
  const places = sendersOf(probesOf(plan.probes));
  const traceReset = traceResets(plan.flows, places, observed);
  const weighing: Weighing = {
    stage,
    controlFor: findControls(plan.flows, places, observed),
    canaryFor: (flow, address) =>
      canaries.size === 0 || address === undefined ? undefined : canaries.get(places.placeOf(flow, address)),
  };
  return (flow, seen) =>
    seen === undefined
      ? judgeUnsent(flow, senders.has(flow.from), interrupted)
      : traceReset(flow, judgeSeen(flow, seen, weighing));
}

/** A probe without an observation. That nobody could send or that the user stopped explains it; anything else is a bug. */
function judgeUnsent(flow: Flow, hasVantage: boolean, interrupted: boolean): Judgement {
  const isExplained = interrupted || !hasVantage;
  const draft = draftOf(flow);
  draft.attempts = 0;
  draft.verdict = isExplained ? "skipped" : "error";
  draft.reason = hasVantage ? (interrupted ? "interrupted" : "probe-failed") : "no-vantage";
  draft.proof = "none";
  draft.evidence = isExplained ? {} : { cause: "internal", detail: "the probe was planned but left no observation" };
  return draft as Judgement;
}

function judgeSeen(flow: Flow, seen: Observed, weighing: Weighing): Judgement {
  const last = weighObservation(seen.observation, flow, weighing);
  const earlier = seen.earlier.map((observation) => weighObservation(observation, flow, weighing));
  const decisive = earlier.length === 0 ? last : settleAttempts(flow, last, earlier);
  const { ruling, answer } = decisive;
  const { outcome } = answer;
  const draft = draftOf(flow, answer.address);
  if (outcome.kind !== "unsent") draft.vantage = flow.from;
  draft.outcome = outcome.kind;
  if ("rttMs" in outcome) draft.rttMs = outcome.rttMs;
  draft.attempts = seen.attempts;
  draft.evidence = evidenceOf(decisive, seen.observation.answers, earlier);
  draft.verdict = ruling.verdict;
  draft.reason = ruling.reason;
  draft.proof = ruling.proof;
  if (ruling.reason === "absence-is-normal" && flow.tolerates !== undefined) draft.tolerated = flow.tolerates.why;
  return draft as Judgement;
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

/** Evidence of the answer that decided, and what else the opinion rests on. The answer's own object if that is all. */
function evidenceOf(
  { answer, control, canary }: Weighed,
  addresses: readonly Answer[],
  earlier: readonly Weighed[],
): ResultEvidence {
  const { outcome, evidence } = answer;
  const isAll = control === undefined && canary === undefined && addresses.length === 1 && earlier.length === 0;
  if (isAll && outcome.kind !== "silent" && outcome.kind !== "unsent") return evidence;
  const whole: ResultEvidence = { ...evidence };
  if (outcome.kind === "unsent") {
    whole.cause = outcome.cause;
    whole.detail = outcome.detail;
  } else if (outcome.kind === "silent") whole.waitedMs = outcome.waitedMs;
  if (control !== undefined) whole.control = control;
  if (canary !== undefined) whole.canary = canary;
  if (addresses.length > 1) whole.addresses = [...addresses];
  if (earlier.length > 0) whole.earlier = earlier.map((attempt) => attempt.answer);
  return whole;
}

/**
 * A judgement in the making. It is filled in field by field, in the order of the run record: spreading small objects
 * into it takes ten times as long and three times the memory, which counts where flows are many.
 */
type Draft = Partial<Judgement>;

/** The part of a result that the plan already knows, with the address that was asked if that is known. */
function draftOf(flow: Flow, asked?: string): Draft {
  const { id, section, requirement, service, short, from, to, protocol, port, expect } = flow;
  const address = asked ?? flow.address;
  const draft: Draft = { id, section, requirement, service, short, from, to, address, protocol };
  if (port !== undefined) draft.port = port;
  draft.expect = expect;
  return draft;
}
