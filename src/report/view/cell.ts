import type { Reason } from "../../model/reason.ts";
import type { Result } from "../../model/run.ts";
import type { Verdict } from "../../model/verdict.ts";

/** One cell of the matrix: what a row's pair of nodes gave for one requirement. */
export interface Cell {
  verdict: Verdict;
  /** What was seen, in a word: `refused`. */
  word: string;
  /** Flows in the cell (several addresses, ports or sites), and how many of them have this verdict and word. */
  flows: number;
  alike: number;
  results: readonly Result[];
}

/** Worst first; the same order as `judge/severity.ts`, which a test compares. */
export const worstFirst = ["fail", "error", "unknown", "warn", "pass", "skipped"] as const satisfies readonly Verdict[];

/** A word for each reason that fits into a cell: at most 11 characters. */
export const words: Record<Reason, string> = {
  "handshake-completed": "open",
  "service-answered": "answered",
  "reply-received": "replied",
  "echo-reply": "echo",
  "blocked-as-expected": "blocked",
  "path-open-nothing-listens": "path open",
  "path-open-other-answers": "path open",
  "closed-not-blocked": "closed",
  "alternative-satisfied": "not needed",
  "answer-from-other-address": "wrong addr",
  "snmp-credentials-rejected": "bad login",
  "snmp-community-unanswered": "community?",
  "snmp-user-unanswered": "privacy?",
  "snmp-object-missing": "no object",
  "request-unanswered": "no reply",
  "absence-is-normal": "absent, ok",
  "answered-on-second-attempt": "2nd try",
  "address-family-not-routed": "one family",
  "accepted-then-closed": "hung up",
  "wrong-service": "not it",
  "wrong-site": "wrong site",
  "foreign-certificate": "foreign TLS",
  "plaintext-instead-of-tls": "plain text",
  "tls-failed": "TLS failed",
  "service-unencrypted": "plain text",
  "service-needs-secret": "secret",
  "service-not-ready": "not ready",
  "unexpected-answer": "odd answer",
  "certificate-expired": "expired",
  "clock-differs": "clock",
  "everything-open": "all open",
  "connection-refused": "refused",
  "port-unreachable": "refused",
  "administratively-prohibited": "prohibited",
  "host-unreachable": "unreachable",
  "no-answer": "no answer",
  "open-not-blocked": "open",
  "udp-silence": "silent",
  "silence-without-control": "silent",
  "unreachable-without-control": "unreachable",
  "udp-unreachable": "unreachable",
  "privilege-missing": "privilege",
  "program-missing": "no program",
  "descriptors-exhausted": "descriptors",
  "source-ports-exhausted": "src ports",
  "name-not-resolved": "no name",
  "name-resolves-to-self": "leads home",
  "no-route-here": "no route",
  "local-firewall": "local rule",
  "vantage-not-opened": "no vantage",
  "probe-failed": "failed",
  "no-vantage": "not sent",
  interrupted: "stopped",
};

/** True for an alternative that another flow of the same cell satisfies: it counts neither for the cell nor against it. */
function isMetWithin({ reason, evidence }: Result, cell: readonly Result[]): boolean {
  return reason === "alternative-satisfied" && cell.some(({ id }) => id === evidence.satisfiedBy);
}

/**
 * Makes one cell of the flows that fall into it, at least one: the worst speaks for all.
 */
export function cellOf(results: readonly [Result, ...Result[]]): Cell {
  const counting = results.filter((result) => !isMetWithin(result, results));
  const rank = ({ verdict }: Result) => worstFirst.indexOf(verdict);
  const worst = counting.reduce((left, right) => (rank(right) < rank(left) ? right : left), counting[0] ?? results[0]);
  const word = words[worst.reason];
  const alike = counting.filter(({ verdict, reason }) => verdict === worst.verdict && words[reason] === word).length;
  return { verdict: worst.verdict, word, flows: counting.length, alike, results };
}

/** The text of a cell without its glyph: `refused`, `open ×2`, `refused 1/3`. */
export function cellText({ word, flows, alike }: Cell): string {
  if (flows === 1) return word;
  return alike === flows ? `${word} x${flows}` : `${word} ${alike}/${flows}`;
}
