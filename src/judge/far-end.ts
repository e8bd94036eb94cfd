import type { Flow } from "../model/flow.ts";
import type { Answer } from "../model/outcome.ts";
import type { FarEnd } from "../model/run/responder.ts";
import type { Stage } from "../model/verdict.ts";
import type { Ruling } from "./rules.ts";

const proven = (reason: Ruling["reason"]): Ruling => ({ reason, proof: "proven" });

/**
 * What the far end of a flow adds to an outcome: a responder held the port, or the kernel there told who has it and what
 * came in. `undefined` where it adds nothing, and the outcome alone decides.
 */
export function ruleByFarEnd(
  flow: Pick<Flow, "expect" | "protocol" | "tolerates">,
  answer: Pick<Answer, "outcome" | "evidence">,
  stage: Stage,
  farEnd: FarEnd,
): Ruling | undefined {
  if (answer.outcome.kind === "unsent" || flow.protocol === "icmp") return undefined;
  if (answer.evidence.responder?.answered === true && flow.expect === "open")
    return ruleAnswered(flow, answer, stage, farEnd);
  switch (farEnd.state) {
    case "held":
    case "released":
      return flow.expect === "open" ? ruleHeld(flow, answer, farEnd) : ruleBlocked(flow, answer, farEnd);
    case "in-use":
      return flow.expect === "open" ? ruleInUse(flow, answer, farEnd) : ruleInUseBlocked(flow, answer, farEnd);
    default:
      return undefined;
  }
}

/** The way there and back is proven; what that is worth depends on whether a service should be there by now. */
function ruleAnswered(
  { tolerates }: Pick<Flow, "tolerates">,
  { evidence }: Pick<Answer, "evidence">,
  stage: Stage,
  { boundTo, arrivals }: FarEnd,
): Ruling {
  if (stage === "live") {
    if (boundTo !== undefined) return proven("service-loopback-only");
    return proven(tolerates?.outcomes.includes("refused") === true ? "absence-is-normal" : "service-not-running");
  }
  const isTranslated =
    (evidence.localAddress !== undefined && evidence.responder?.seenAddress !== evidence.localAddress) ||
    arrivals.some(({ askedAddress, askedPort }) => askedAddress !== undefined || askedPort !== undefined);
  return proven(isTranslated ? "address-translated" : "responder-answered");
}

/** The responder was there, and its answer did not come back. */
function ruleHeld(
  { protocol }: Pick<Flow, "protocol">,
  { outcome, evidence }: Pick<Answer, "outcome" | "evidence">,
  { arrivals, isWatched, isFlooded }: FarEnd,
): Ruling | undefined {
  // Of a port that strangers flood only what proved itself is known.
  const hasArrived = arrivals.some(({ how }) => how === "token" || isFlooded === undefined);
  if (isFlooded === true && !hasArrived) return undefined;
  if (outcome.kind === "open") {
    if (evidence.responder === undefined) return undefined; // a vantage point that passes no bytes
    return proven(hasArrived ? "reply-lost" : "accepted-on-the-way");
  }
  if (hasArrived) return proven("reply-lost");
  if (outcome.kind === "prohibited") return undefined; // who prohibits it is the better word
  // Of a handshake that was not completed only the kernel's table knows.
  return protocol === "udp" || outcome.kind === "refused" || isWatched === true ? proven("path-blocked") : undefined;
}

/** The port must be blocked: with somebody there who would have received it, silence is a proof. */
function ruleBlocked(
  { protocol }: Pick<Flow, "protocol">,
  { outcome, evidence }: Pick<Answer, "outcome" | "evidence">,
  { arrivals, isWatched, isFlooded }: FarEnd,
): Ruling | undefined {
  if (arrivals.length > 0 || evidence.responder?.answered === true) return proven("open-not-blocked");
  if (outcome.kind === "open" || isFlooded === true) return undefined;
  return protocol === "udp" || outcome.kind === "refused" || isWatched === true
    ? proven("blocked-as-expected")
    : undefined;
}

/**
 * A service has the port that must be blocked. Of datagrams the kernel's table and its counts may tell. Over TCP the
 * kernel there knows of every first packet that came to it; a service that was stopped meanwhile would have refused.
 */
function ruleInUseBlocked(
  { protocol }: Pick<Flow, "protocol">,
  { outcome }: Pick<Answer, "outcome">,
  { arrivals, isWatched, isFlooded, counted }: FarEnd,
): Ruling | undefined {
  if (protocol === "udp" && outcome.kind === "silent") {
    if (arrivals.length > 0) return proven("open-not-blocked");
    return counted?.datagrams === 0 ? proven("blocked-as-expected") : undefined;
  }
  if (protocol !== "tcp" || (outcome.kind !== "silent" && outcome.kind !== "unreachable")) return undefined;
  if (arrivals.length > 0) return proven("open-not-blocked");
  return isWatched === true && isFlooded === undefined ? proven("blocked-as-expected") : undefined;
}

/** A service has the port, so it was asked as usual; the kernel's tables may say whether that arrived. */
function ruleInUse(
  { protocol }: Pick<Flow, "protocol">,
  { outcome }: Pick<Answer, "outcome">,
  { arrivals, isWatched, isFlooded, isMute, counted, waiting }: FarEnd,
): Ruling | undefined {
  if (outcome.kind !== "silent") return undefined;
  if (arrivals.length > 0) return proven(isMute === true ? "arrived-at-service" : "reply-lost");
  // Nothing at all came to any socket of the machine, so this datagram did not either.
  if (protocol === "udp" && counted?.datagrams === 0) return proven("path-blocked");
  if (protocol === "udp" && isMute === true && counted?.datagrams === counted?.sent && counted?.isOnTime === true)
    return { reason: "counted-at-service", proof: "inferred" };
  if (protocol === "udp") return { reason: "held-by-service", proof: "inferred" };
  // A listener whose queue is full takes no SYN, and none of them is in the table then.
  if (waiting !== undefined) return { reason: "service-not-accepting", proof: "inferred" };
  return isWatched === true && isFlooded === undefined ? proven("path-blocked") : undefined;
}
