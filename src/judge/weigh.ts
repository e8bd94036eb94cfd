import ipaddr from "ipaddr.js";
import type { Flow } from "../model/flow.ts";
import type { Answer, Observation } from "../model/outcome.ts";
import type { AtFarEnd } from "../model/run/observed.ts";
import type { FarEnd } from "../model/run/responder.ts";
import { severity } from "../model/severity.ts";
import { verdictOf } from "../model/reason.ts";
import type { ResetOrigin } from "../model/run/run.ts";
import type { Stage } from "../model/verdict.ts";
import { type DecoySeen, isHandshakeOnly, weighDecoy } from "./decoy.ts";
import { ruleByFarEnd } from "./far-end.ts";
import type { FindControl } from "./controls.ts";
import { noteLateness, refine } from "./refine.ts";
import type { TraceReset } from "./resets.ts";
import { type Ruling, rules } from "./rules.ts";

/** A ruling with the answer that it is about. */
export interface Weighed {
  ruling: Ruling;
  answer: Answer;
  /** Id of the flow that proves that the target is alive; only where the ruling rests on it. */
  control?: string;
  /** Id of a flow that was refused at the same address; only where a control is wanted and there is none. */
  refusal?: string | undefined;
  /** What the decoy of the same address said; only where the ruling rests on a handshake. */
  decoy?: DecoySeen;
  /** Where the reset came from, as far as it is known. */
  resetFrom?: ResetOrigin;
  /** What was seen at the other end. */
  farEnd?: FarEnd;
}

/** How to judge the flows of a run: the stage, and where a control and a decoy for an address are to be found. */
export interface Weighing {
  stage: Stage;
  controlFor: FindControl;
  refusalFor: FindControl;
  decoyFor: (flow: Flow, address: string | undefined) => DecoySeen | undefined;
  traceReset: TraceReset;
}

/** Judges what one address answered, and what the other end says of that. */
function weighAnswer(
  answer: Answer,
  flow: Flow,
  weighing: Weighing,
  farEnds: readonly AtFarEnd[] | undefined,
): Weighed {
  const weighed = weighAlone(answer, flow, weighing);
  const farEnd = farEnds?.find(({ address }) => address === answer.address)?.farEnd;
  if (farEnd === undefined) return weighed;
  const ruling = ruleByFarEnd(flow, answer, weighing.stage, farEnd);
  return { ...weighed, farEnd, ...(ruling === undefined ? {} : { ruling: noteLateness(ruling, answer) }) };
}

/** Judges what one address answered by itself. */
function weighAlone(
  answer: Answer,
  flow: Flow,
  { stage, controlFor, refusalFor, decoyFor, traceReset }: Weighing,
): Weighed {
  const { outcome } = answer;
  const row = rules[stage][flow.expect][flow.protocol];
  if (outcome.kind === "unsent") return { ruling: row.unsent[outcome.cause], answer };
  const rule = row[outcome.kind];
  if ("reason" in rule) {
    const resetFrom = traceReset(flow, answer);
    const ruling = refine(rule, flow, answer, stage, resetFrom);
    if (resetFrom !== undefined) return { ruling, answer, resetFrom };
    const decoy = isHandshakeOnly(ruling) ? decoyFor(flow, answer.address) : undefined;
    if (decoy === undefined) return { ruling: noteLateness(ruling, answer), answer };
    return { ruling: noteLateness(weighDecoy(ruling, decoy), answer), answer, decoy };
  }
  const control = controlFor(flow, answer.address);
  return control === undefined
    ? { ruling: rule.withoutControl, answer, refusal: refusalFor(flow, answer.address) }
    : { ruling: rule.withControl, answer, control };
}

/**
 * Judges all addresses of a target: each on its own, and the worst decides, because a client may take any of them
 * (the first of equals, so that the order of the answers counts). One exception: where this machine has no route for
 * one family while the other could be sent and works, the flow works with the caveat `address-family-not-routed`.
 */
export function weighObservation(
  { answers }: Observation,
  flow: Flow,
  weighing: Weighing,
  farEnds?: readonly AtFarEnd[],
): Weighed {
  const [only] = answers;
  if (only !== undefined && answers.length === 1) return weighAnswer(only, flow, weighing, farEnds);
  const worstOf = (some: readonly Answer[]) =>
    some.map((answer) => weighAnswer(answer, flow, weighing, farEnds)).reduce(worse);
  if (!answers.some(lacksRoute)) return worstOf(answers);
  const sendable = answers.filter((answer) => !lacksRoute(answer));
  const families = new Set(sendable.map(({ address }) => familyOf(address)));
  const isOtherFamily = (answer: Answer) => lacksRoute(answer) && !families.has(familyOf(answer.address));
  const considered = sendable.length === 0 ? answers : answers.filter((answer) => !isOtherFamily(answer));
  const worst = worstOf(considered);
  if (considered.length === answers.length || verdictOf(worst.ruling.reason) !== "pass") return worst;
  return { ...worst, ruling: { reason: "address-family-not-routed", proof: worst.ruling.proof } };
}

const worse = (left: Weighed, right: Weighed): Weighed =>
  severity(verdictOf(right.ruling.reason)) < severity(verdictOf(left.ruling.reason)) ? right : left;

const lacksRoute = ({ outcome }: Answer): boolean => outcome.kind === "unsent" && outcome.cause === "no-route";

function familyOf(address: string | undefined): "ipv4" | "ipv6" | undefined {
  return address !== undefined && ipaddr.isValid(address) ? ipaddr.parse(address).kind() : undefined;
}
