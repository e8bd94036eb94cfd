import type { Answer, Evidence } from "../model/outcome.ts";
import type { Flow } from "../model/flow.ts";
import type { ServiceEvidence } from "../model/service.ts";
import type { Stage } from "../model/verdict.ts";
import type { Ruling } from "./rules.ts";
import { serviceRules } from "./service-rules.ts";

/**
 * What the answer itself said, on top of its outcome: sharpens a pass to `proven`, or adds the caveat that the user
 * should read. Applies only where something came back and, a refusal by a third party apart, the port must be open.
 */
export function refine(
  base: Ruling,
  flow: Pick<Flow, "expect" | "protocol" | "tolerates">,
  answer: Answer,
  stage: Stage = "live",
): Ruling {
  if (isRefusedElsewhere(answer)) return refusedElsewhere(base, flow);
  if (flow.expect === "blocked") return base;
  const { kind } = answer.outcome;
  if (kind === "refused" || kind === "silent") {
    const counts = base.verdict === "fail" || base.verdict === "unknown";
    const isNormal = counts && flow.tolerates?.outcomes.includes(kind) === true;
    return isNormal ? { verdict: "warn", reason: "absence-is-normal", proof: base.proof } : base;
  }
  if (kind !== "open" || flow.protocol === "icmp") return base;
  const { evidence, address } = answer;
  const { service, replyFrom } = evidence;
  if (flow.protocol === "tcp") return service === undefined ? asked(base, evidence) : spokenOver(service, stage);
  const said = service === undefined ? spoken(base, evidence) : serviceRules[service.finding];
  if (replyFrom === undefined || replyFrom === address) return said;
  return { verdict: "warn", reason: "answer-from-other-address", proof: said.proof };
}

/** A pass that took a second try is a pass with a caveat. */
export function noteLateness(ruling: Ruling, { outcome, evidence }: Answer): Ruling {
  const isLate = outcome.kind === "open" && evidence.tries === 2 && ruling.verdict === "pass";
  return isLate ? { verdict: "warn", reason: "answered-on-second-attempt", proof: ruling.proof } : ruling;
}

/** Services of others, which are there before Checkmk is. */
const othersServices: ReadonlySet<ServiceEvidence["name"]> = new Set(["smtp", "dns", "ldap", "ldaps", "public-https"]);

/** Before the installation nobody expects the service itself, so whoever else accepts there is no failure of the path. */
function spokenOver({ name, finding }: ServiceEvidence, stage: Stage): Ruling {
  const ruling = serviceRules[finding];
  if (stage === "live" || ruling.verdict !== "fail" || othersServices.has(name)) return ruling;
  return { verdict: "warn", reason: "path-open-other-answers", proof: ruling.proof };
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
    return {
      verdict: "fail",
      reason: protocol === "tcp" ? "connection-refused" : "port-unreachable",
      proof: base.proof,
    };
  }
  return protocol === "tcp" ? { verdict: "pass", reason: "blocked-as-expected", proof: base.proof } : base;
}

/** TCP: a probe that sent a request knows what came back; one that did not has no `replyBytes`. */
function asked(base: Ruling, { replyBytes }: Evidence): Ruling {
  if (replyBytes === undefined) return base;
  if (replyBytes === 0) return { verdict: "warn", reason: "request-unanswered", proof: "observed" };
  return { verdict: "pass", reason: "reply-received", proof: "observed" };
}

function spoken(base: Ruling, { snmp, replyMatches }: Evidence): Ruling {
  // Something came back, but not the answer to what was asked: an echo, say.
  if (replyMatches === false) return { verdict: "warn", reason: "unexpected-answer", proof: "observed" };
  if (snmp === undefined) {
    return replyMatches === true ? { verdict: "pass", reason: "service-answered", proof: "proven" } : base;
  }
  if (snmp.report !== undefined) return { verdict: "warn", reason: "snmp-credentials-rejected", proof: "proven" };
  if (snmp.discoveryOnly === true) {
    const reason = snmp.version === "3" ? "snmp-user-unanswered" : "snmp-community-unanswered";
    return { verdict: "warn", reason, proof: "proven" };
  }
  if (snmp.errorStatus === "authorizationError") {
    return { verdict: "warn", reason: "snmp-credentials-rejected", proof: "proven" };
  }
  if (snmp.errorStatus !== undefined || snmp.missing !== undefined) {
    return { verdict: "warn", reason: "snmp-object-missing", proof: "proven" };
  }
  // Only the version that is not configured was answered, so monitoring gets nothing.
  if (snmp.configuredVersion !== undefined) return { verdict: "warn", reason: "unexpected-answer", proof: "proven" };
  return { verdict: "pass", reason: "service-answered", proof: "proven" };
}
