import type { Flow, Plan } from "../model/flow.ts";
import type { Observed } from "../model/run/observed.ts";
import type { Answer } from "../model/outcome.ts";
import { sortById } from "../model/order.ts";
import { isUnverified, verdictOf } from "../model/reason.ts";
import type { Judgement, ResultEvidence } from "../model/run/run.ts";
import type { Stage, Verdict } from "../model/verdict.ts";
import { settleAlternatives } from "./alternatives.ts";
import type { Decoys } from "./decoy.ts";
import { findControls, isOwnRefusal } from "./controls.ts";
import { traceResets } from "./resets.ts";
import type { Ruling } from "./rules.ts";
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
  decoys?: Decoys;
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
export function openJudge({ plan, observed, stage, senders, interrupted, decoys = new Map() }: Case): JudgeFlow {
  const places = sendersOf(probesOf(plan.probes));
  const weighing: Weighing = {
    stage,
    controlFor: findControls(plan.flows, places, observed),
    refusalFor: findControls(plan.flows, places, observed, isOwnRefusal),
    traceReset: traceResets(plan.flows, places, observed),
    decoyFor: (flow, address) =>
      decoys.size === 0 || address === undefined ? undefined : decoys.get(places.addressKey(flow, address)),
  };
  return (flow, seen) =>
    seen === undefined ? judgeUnsent(flow, senders.has(flow.from), interrupted) : judgeSeen(flow, seen, weighing);
}

/** A probe without an observation. That nobody could send or that the user stopped explains it; anything else is a bug. */
function judgeUnsent(flow: Flow, hasVantage: boolean, interrupted: boolean): Judgement {
  const reason = hasVantage ? (interrupted ? "interrupted" : "probe-failed") : "no-vantage";
  const evidence: ResultEvidence =
    reason === "probe-failed" ? { cause: "internal", detail: "the probe was planned but left no observation" } : {};
  return judgementOf(flow, { attempts: 0, evidence, ruling: { reason, proof: "none" } });
}

function judgeSeen(flow: Flow, seen: Observed, weighing: Weighing): Judgement {
  const { farEnds } = seen;
  const last = weighObservation(seen.observation, flow, weighing, farEnds);
  const earlier = seen.earlier.map((observation) => weighObservation(observation, flow, weighing, farEnds));
  const decisive = earlier.length === 0 ? last : settleAttempts(flow, last, earlier);
  const itsOwn = evidenceOf(decisive, seen.observation.answers, earlier);
  const { askedSlower, bySample, askedAtReporterPace, trace, inspection } = seen;
  const isPlain = askedSlower === undefined && bySample === undefined && askedAtReporterPace === undefined;
  const evidence =
    isPlain && trace === undefined && inspection === undefined
      ? itsOwn
      : {
          ...itsOwn,
          ...(askedSlower === undefined ? {} : { askedSlower }),
          ...(bySample === undefined ? {} : { bySample }),
          ...(askedAtReporterPace === undefined ? {} : { askedAtReporterPace }),
          ...(trace === undefined ? {} : { trace }),
          ...(inspection === undefined ? {} : { inspection }),
        };
  return judgementOf(flow, { attempts: seen.attempts, evidence, ruling: decisive.ruling, answer: decisive.answer });
}

/** What a judgement says beyond the plan. */
interface Decided {
  attempts: number;
  evidence: ResultEvidence;
  ruling: Ruling;
  /** The answer that decided; absent where nothing was seen. */
  answer?: Answer;
}

/**
 * The one place where a judgement is made, its fields in the order of the run record. Those without a value are there as
 * `undefined` and do not reach the record: objects that all have the same fields are the fastest to make, and spreading
 * small ones into them takes ten times as long and three times the memory, which counts where flows are many.
 */
function judgementOf(flow: Flow, { attempts, evidence, ruling, answer }: Decided): Judgement {
  const outcome = answer?.outcome;
  const { reason, proof } = ruling;
  return {
    id: flow.id,
    section: flow.section,
    requirement: flow.requirement,
    service: flow.service,
    short: flow.short,
    from: flow.from,
    to: flow.to,
    address: answer?.address ?? flow.address,
    protocol: flow.protocol,
    port: flow.port,
    expect: flow.expect,
    vantage: outcome === undefined || outcome.kind === "unsent" ? undefined : flow.from,
    outcome: outcome?.kind,
    rttMs: outcome !== undefined && "rttMs" in outcome ? outcome.rttMs : undefined,
    attempts,
    evidence,
    verdict: verdictOf(reason),
    reason,
    proof,
    tolerated: reason === "absence-is-normal" ? flow.tolerates?.why : undefined,
  };
}

/**
 * Attempts that disagree. A port that must be open but answered only after a failure is yellow, not green. A port that
 * must be blocked and let one attempt through is not blocked, whatever the others saw.
 */
function settleAttempts(flow: Flow, last: Weighed, earlier: readonly Weighed[]): Weighed {
  if (flow.expect === "blocked") {
    const reached = earlier.find((one) => verdictIn(one) === "fail");
    return reached === undefined || verdictIn(last) === "fail" ? last : reached;
  }
  if (isUnverified(last.ruling.reason) && earlier.some((one) => verdictIn(one) === "fail")) {
    return { ...last, ruling: { reason: "udp-silence", proof: last.ruling.proof } }; // somebody did say something
  }
  const failed = earlier.some((one) => verdictIn(one) === "fail" || verdictIn(one) === "unknown");
  if (!failed || verdictIn(last) !== "pass") return last;
  return { ...last, ruling: { reason: "answered-on-second-attempt", proof: last.ruling.proof } };
}

const verdictIn = ({ ruling }: Weighed): Verdict => verdictOf(ruling.reason);

/** Evidence of the answer that decided, and what else the opinion rests on. The answer's own object if that is all. */
function evidenceOf(
  { answer, control, refusal, decoy, resetFrom, farEnd }: Weighed,
  addresses: readonly Answer[],
  earlier: readonly Weighed[],
): ResultEvidence {
  const { outcome, evidence } = answer;
  const restsOnOthers =
    farEnd !== undefined ||
    control !== undefined ||
    refusal !== undefined ||
    decoy !== undefined ||
    resetFrom !== undefined;
  const isAll = !restsOnOthers && addresses.length === 1 && earlier.length === 0;
  if (isAll && outcome.kind !== "silent" && outcome.kind !== "unsent") return evidence;
  const whole: ResultEvidence = { ...evidence };
  if (outcome.kind === "unsent") {
    whole.cause = outcome.cause;
    whole.detail = outcome.detail;
  } else if (outcome.kind === "silent") whole.waitedMs = outcome.waitedMs;
  if (control !== undefined) whole.control = control;
  if (refusal !== undefined) whole.refusal = refusal;
  if (decoy !== undefined) whole.canary = decoy;
  if (resetFrom !== undefined) whole.resetFrom = resetFrom;
  if (farEnd !== undefined) whole.farEnd = farEnd;
  if (addresses.length > 1) whole.addresses = [...addresses];
  if (earlier.length > 0) whole.earlier = earlier.map((attempt) => attempt.answer);
  return whole;
}
