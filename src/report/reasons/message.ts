import type { Reason } from "../../model/reason.ts";
import { blockBehindRefusal, pathBehindRefusal, refusedBy, reportOf, supposedOf } from "./icmp-words.ts";
import { answerOf, serviceMessages } from "./service-words.ts";
import { duration, type Facts, target } from "../text/wording.ts";

type Say = (facts: Facts) => string;

/** What the probe saw, whatever it means: who, what, where. No full stop. */
function saw(facts: Facts): string {
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
      return `${from} could not send to ${target(facts)}${evidence.detail ? `: ${evidence.detail}` : ""}`;
  }
}

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

/** What the service said about itself, e.g. `: SNMP 2c, Linux sw01 6.1`. */
function said(facts: Facts): string {
  const { snmp, replySummary, service } = facts.evidence;
  if (service !== undefined) return answerOf(facts);
  const words =
    snmp === undefined ? replySummary : [`SNMP ${snmp.version}`, snmp.sysDescr].filter((part) => part).join(", ");
  return words === undefined || words === "" ? "" : `: ${words}`;
}

/** The service that a flow id names: `443/tcp`; the whole id if it has none. */
function serviceIn(id: string): string {
  const [, protocol, port] = /\/(tcp|udp)\/(\d+)(?:\/|$)/.exec(id) ?? [];
  return port === undefined ? (id.includes("/icmp") ? "ping" : id) : `${port}/${protocol}`;
}

/** What makes a flow unnecessary: another port, or the same one at another address, which the id then ends with. */
function standInOf({ port, evidence: { satisfiedBy = "" } }: Facts): string {
  const [, samePort, address] = /\/(?:tcp|udp)\/(\d+)\/([^/]+)$/.exec(satisfiedBy) ?? [];
  return Number(samePort) === port ? `${address} answers` : `${serviceIn(satisfiedBy)} works`;
}

/** Nothing reached the network, so nothing is known of it. */
const unsent: Say = (facts) => `${saw(facts)}. This says nothing about the network`;

const messages: Record<Reason, Say> = {
  ...serviceMessages,
  "handshake-completed": (facts) =>
    facts.evidence.service === undefined
      ? `${saw(facts)}; which service accepted it was not asked`
      : `${saw(facts)}${answerOf(facts)}; this service gives strangers no answer of its own`,
  "service-answered": (facts) => `${saw(facts)}${said(facts)}`,
  "reply-received": (facts) =>
    `${saw(facts)}${
      facts.evidence.replyMatches === false
        ? "; it does not look like an answer to the question"
        : "; it was not decoded"
    }`,
  "echo-reply": saw,
  "blocked-as-expected": (facts) =>
    `${saw(facts)}, blocked as required${
      facts.evidence.control === undefined
        ? ""
        : `; the same address answered on ${serviceIn(facts.evidence.control)}, so it is alive`
    }`,
  "path-open-nothing-listens": (facts) => `${saw(facts)}${pathBehindRefusal(facts)}`,
  "path-open-other-answers": (facts) =>
    `${facts.from} connected to ${target(facts)}, where something accepts connections before the installation${answerOf(facts)}`,
  "closed-not-blocked": (facts) => `${saw(facts)}${blockBehindRefusal(facts)}`,
  "alternative-satisfied": (facts) => `${saw(facts)}; not needed, because ${standInOf(facts)} in its place`,
  "answer-from-other-address": (facts) =>
    `${facts.from} asked ${target(facts)}, but the reply came from ${facts.evidence.replyFrom ?? "another address"}`,
  "snmp-credentials-rejected": (facts) =>
    `${facts.from} reached the SNMP agent of ${target(facts)}, which rejected the credentials: ${
      facts.evidence.snmp?.report?.replaceAll("-", " ") ?? facts.evidence.snmp?.errorStatus ?? "no reason given"
    }`,
  "snmp-community-unanswered": (facts) =>
    `${facts.from} reached the SNMP agent of ${target(facts)} with the discovery of version 3, but it left the GET unanswered`,
  "snmp-user-unanswered": (facts) =>
    `${facts.from} reached the SNMP agent of ${target(facts)} with the discovery of version 3, but it left the user's GET unanswered`,
  "snmp-object-missing": (facts) =>
    `${facts.from} reached the SNMP agent of ${target(facts)}, which has no value for a standard object: ${
      facts.evidence.snmp?.errorStatus ?? "no status given"
    }`,
  "request-unanswered": (facts) =>
    `${saw(facts)}, but no reply came${answerOf(facts) || `: ${facts.evidence.replySummary ?? "the connection was closed"}`}`,
  "absence-is-normal": (facts) => `${saw(facts)}; a healthy system may show this`,
  "answered-on-second-attempt": (facts) => `${saw(facts)}, but not at the first attempt`,
  "address-family-not-routed": (facts) =>
    `${saw(facts)}; this machine has no route to ${unroutedOf(facts)}, which was therefore not tested`,
  "connection-refused": saw,
  "port-unreachable": saw,
  "administratively-prohibited": saw,
  "host-unreachable": saw,
  "no-answer": saw,
  "open-not-blocked": (facts) => `${saw(facts)}, although this must be blocked`,
  "udp-silence": (facts) => `${saw(facts)}; with UDP, silence means open, filtered or lost`,
  "silence-without-control": (facts) =>
    `${saw(facts)}, and nothing else at that address answered either; it may be blocked, switched off or mistyped`,
  "unreachable-without-control": (facts) =>
    `${saw(facts)}, and nothing else at that address answered either; it may be blocked, switched off or mistyped`,
  "udp-unreachable": (facts) => `${saw(facts)}; that does not show whether the port is blocked or the host is gone`,
  "privilege-missing": unsent,
  "program-missing": unsent,
  "descriptors-exhausted": unsent,
  "source-ports-exhausted": unsent,
  "name-not-resolved": unsent,
  "name-resolves-to-self": unsent,
  "no-route-here": unsent,
  "local-firewall": unsent,
  "vantage-not-opened": unsent,
  "probe-failed": unsent,
  "no-vantage": (facts) => `${target(facts)} was not checked: this run has no vantage point at ${facts.from}`,
  interrupted: (facts) => `${target(facts)} was not checked from ${facts.from}: the run was interrupted`,
};

function unroutedOf({ evidence: { addresses = [] } }: Facts): string {
  const lacking = addresses.filter(({ outcome }) => outcome.kind === "unsent" && outcome.cause === "no-route");
  return lacking.map(({ address }) => address ?? "an address").join(", ") || "the other family";
}

/**
 * One sentence or two on a flow: who asked whom what, and what came back. Claims no more than was seen. Joined, because a
 * text made by a template keeps its parts until it is first read, in three times the memory.
 */
export function messageFor(facts: Facts): string {
  return [messages[facts.reason](facts), "."].join("");
}
