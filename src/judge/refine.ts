import type { Answer, Evidence } from "../model/outcome.ts";
import type { Flow } from "../model/flow.ts";
import { verdictOf } from "../model/reason.ts";
import { serviceRecord } from "../model/service.ts";
import type { ServiceEvidence } from "../model/service-evidence.ts";
import type { ResetOrigin } from "../model/run/run.ts";
import type { Stage } from "../model/verdict.ts";
import type { Ruling } from "./rules.ts";
import { serviceRules } from "./service-rules.ts";

/**
 * What the answer itself said, on top of its outcome: sharpens a pass to `proven`, or adds the caveat that the user
 * should read. Applies only where something came back and, a refusal by a third party apart, the port must be open.
 */
export function refine(
  base: Ruling,
  flow: Pick<Flow, "expect" | "protocol" | "tolerates" | "accepts">,
  answer: Answer,
  stage: Stage = "live",
  resetFrom?: ResetOrigin,
): Ruling {
  if (isRefusedElsewhere(answer)) return refusedElsewhere(base, flow);
  if (flow.expect === "blocked") return base;
  if (resetFrom === "middlebox-likely") return refusedOnTheWay(base, stage);
  const { kind } = answer.outcome;
  if (kind === "refused" || kind === "silent") {
    const verdict = verdictOf(base.reason);
    const counts = verdict === "fail" || verdict === "unknown";
    const isNormal = counts && flow.tolerates?.outcomes.includes(kind) === true;
    if (isNormal) return { reason: "absence-is-normal", proof: base.proof };
    return isAccepted(base, flow, answer) ? { reason: "silence-accepted", proof: base.proof } : base;
  }
  if (kind !== "open" || flow.protocol === "icmp") return base;
  const { evidence, address } = answer;
  const { service, replyFrom } = evidence;
  if (flow.protocol === "tcp") return service === undefined ? asked(base, evidence) : spokenOver(service, stage);
  const said = service === undefined ? spoken(base, evidence) : serviceRules[service.finding];
  if (replyFrom === undefined || replyFrom === address) return said;
  return { reason: "answer-from-other-address", proof: said.proof };
}

/**
 * Silence over UDP that the topology accepts, because the service answers nobody. Not where an ICMP error came that
 * could not be verified: that is no silence.
 */
const isAccepted = ({ reason }: Ruling, { accepts }: Pick<Flow, "accepts">, { evidence }: Answer): boolean =>
  accepts === "unverifiable" && reason === "udp-silence" && evidence.unverifiedError === undefined;

/** A pass that took a second try is a pass with a caveat. */
export function noteLateness(ruling: Ruling, { outcome, evidence }: Answer): Ruling {
  const isLate = outcome.kind === "open" && evidence.tries === 2 && verdictOf(ruling.reason) === "pass";
  return isLate ? { reason: "answered-on-second-attempt", proof: ruling.proof } : ruling;
}

/** Before the installation nobody expects the service itself, so whoever else accepts there is no failure of the path. */
function spokenOver({ name, finding, slow }: ServiceEvidence, stage: Stage): Ruling {
  const ruling = serviceRules[finding];
  const verdict = verdictOf(ruling.reason);
  if (slow === true && verdict === "pass") return { reason: "service-slow", proof: ruling.proof };
  const isOthers = serviceRecord(name).precedesCheckmk === true;
  if (stage === "live" || verdict !== "fail" || isOthers) return ruling;
  return { reason: finding === "unanswered" ? "request-unanswered" : "path-open-other-answers", proof: ruling.proof };
}

/** The ICMP port-unreachable came from another address than the one that was asked. */
function isRefusedElsewhere({ outcome, evidence: { reporter }, address }: Answer): boolean {
  return outcome.kind === "refused" && reporter !== undefined && reporter !== address;
}

/**
 * Over TCP that is the word of a firewall, because a host without a listener resets: a block where one is wanted. Over
 * UDP a router that is asked at one of its addresses may answer from another, so it is not. In neither case is it an
 * open path before the installation.
 */
function refusedElsewhere(base: Ruling, { expect, protocol }: Pick<Flow, "expect" | "protocol">): Ruling {
  if (expect === "open") {
    return { reason: protocol === "tcp" ? "connection-refused" : "port-unreachable", proof: base.proof };
  }
  return protocol === "tcp" ? { reason: "blocked-as-expected", proof: base.proof } : base;
}

/**
 * A reset that came from nearer than the host: it is neither an open path before the installation nor the host's own
 * refusal, which is all that may be tolerated.
 */
const refusedOnTheWay = (base: Ruling, stage: Stage): Ruling =>
  stage === "live" ? base : { reason: "refused-on-the-way", proof: base.proof };

/** TCP: a probe that sent a request knows what came back; one that did not has no `replyBytes`. */
function asked(base: Ruling, { replyBytes }: Evidence): Ruling {
  if (replyBytes === undefined) return base;
  if (replyBytes === 0) return { reason: "request-unanswered", proof: "observed" };
  return { reason: "reply-received", proof: "observed" };
}

function spoken(base: Ruling, { snmp, replyMatches }: Evidence): Ruling {
  // Something came back, but not the answer to what was asked: an echo, say.
  if (replyMatches === false) return { reason: "unexpected-answer", proof: "observed" };
  if (snmp === undefined) {
    return replyMatches === true ? { reason: "service-answered", proof: "proven" } : base;
  }
  if (snmp.report !== undefined) return { reason: "snmp-credentials-rejected", proof: "proven" };
  if (snmp.discoveryOnly === true) {
    const reason = snmp.version === "3" ? "snmp-user-unanswered" : "snmp-community-unanswered";
    return { reason, proof: "proven" };
  }
  if (snmp.errorStatus === "authorizationError") {
    return { reason: "snmp-credentials-rejected", proof: "proven" };
  }
  if (snmp.errorStatus !== undefined || snmp.missing !== undefined) {
    return { reason: "snmp-object-missing", proof: "proven" };
  }
  // Only the version that is not configured was answered, so monitoring gets nothing.
  if (snmp.configuredVersion !== undefined) return { reason: "unexpected-answer", proof: "proven" };
  return { reason: "service-answered", proof: "proven" };
}
