import { refusedBy, reportOf, supposedOf } from "./icmp-words.ts";
import { duration, type Facts, target } from "../text/wording.ts";

/** What the probe saw, whatever it means: who, what, where. No full stop. */
export function saw(facts: Facts): string {
  const { from, attempts, outcome, evidence } = facts;
  const tries = attempts > 1 && outcome !== "open" ? `, in ${attempts} attempts` : "";
  const within = facts.rttMs === undefined ? "" : ` after ${duration(facts.rttMs)}`;
  switch (outcome) {
    case "open":
      return `${from} ${reached(facts)}${facts.rttMs === undefined ? "" : ` in ${duration(facts.rttMs)}`}`;
    case "refused":
      return facts.protocol === "tcp"
        ? `${from} was refused at ${target(facts)}${refusedBy(facts)}${within}${tries}${supposedOf(facts)}`
        : `${from} got ICMP port-unreachable for ${target(facts)}${within}${tries}${refusedBy(facts)}`;
    case "prohibited":
      return `${from} was told that ${target(facts)} is prohibited${saidBy(facts)}${tries}`;
    case "unreachable":
      return `${from} could not reach ${target(facts)}${saidBy(facts) || ": host or network unreachable"}${within}${tries}`;
    case "silent":
      return `${from} got no ${facts.protocol === "icmp" ? "echo reply" : "answer"} from ${target(facts)}${
        evidence.waitedMs === undefined ? "" : ` within ${duration(evidence.waitedMs)}`
      }${tries}`;
    default:
      return `${from} could not send to ${target(facts)}${evidence.detail ? `: ${evidence.detail.replace(/\.$/, "")}` : ""}`;
  }
}

/** The same of a probe that never reached the network, so that nothing is known of it. */
export const unsent = (facts: Facts): string => `${saw(facts)}. This says nothing about the network`;

function reached(facts: Facts): string {
  if (facts.protocol === "tcp") return `completed a TCP handshake with ${target(facts)}`;
  return `got ${facts.protocol === "icmp" ? "an echo reply" : "a reply"} from ${target(facts)}`;
}

/** Who sent which ICMP error, where a raw socket saw it; else that only an error number is known. */
function saidBy(facts: Facts): string {
  const { icmpCode, codeSeen, errno } = facts.evidence;
  const report = reportOf(facts);
  if (report !== undefined) return `: ${report}`;
  const generic = facts.outcome === "unreachable" ? ": host or network unreachable" : "";
  if (icmpCode !== undefined) return `${generic} (ICMP ${icmpCode})`;
  return codeSeen === false ? `${generic} (${errno ?? "error number"} only, the ICMP code was not seen)` : "";
}
