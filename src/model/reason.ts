import { z } from "zod";
import type { Verdict } from "./verdict.ts";

/** What follows from a reason alone. */
type ReasonTraits =
  | {
      verdict: "pass";
      /** Nothing but a handshake is known, which whatever accepts every connection would have completed as well. */
      isHandshakeOnly?: true;
    }
  | {
      verdict: "warn";
      /** A pass with a caveat: the port was open, and the service that is wanted answered. */
      works: boolean;
      /** The system is as it should be: nobody need look at it. */
      nothingToDo: boolean;
      /** Not more than the way to the port is known to be open, which is enough before the installation. */
      isOpenPath?: true;
      /** Of several addresses with the same port, one that answers like this is enough. */
      isEnoughAtSamePort?: true;
      /** The attempts of one run saw different things. */
      isUnsteady?: true;
      /** Nothing is known of it: it counts as met because the topology says so. */
      isUnverified?: true;
    }
  | { verdict: Exclude<Verdict, "pass" | "warn"> };

/**
 * Why a verdict is what it is: stable codes, and what follows from each. `judge/rules.ts` and its neighbours give them,
 * `report/reasons/words/` has the words for each.
 */
export const reasons = {
  "handshake-completed": { verdict: "pass", isHandshakeOnly: true },
  "service-answered": { verdict: "pass" },
  "reply-received": { verdict: "pass" },
  "echo-reply": { verdict: "pass" },
  "blocked-as-expected": { verdict: "pass" },
  "responder-answered": { verdict: "pass" },
  "arrived-at-service": { verdict: "pass" },

  "path-open-nothing-listens": { verdict: "warn", works: false, nothingToDo: true, isOpenPath: true },
  "path-open-other-answers": { verdict: "warn", works: false, nothingToDo: false, isOpenPath: true },
  "address-translated": { verdict: "warn", works: false, nothingToDo: false, isOpenPath: true },
  "alternative-path-open": { verdict: "warn", works: false, nothingToDo: true },
  "closed-not-blocked": { verdict: "warn", works: false, nothingToDo: false },
  "alternative-satisfied": { verdict: "warn", works: false, nothingToDo: true },
  "answer-from-other-address": { verdict: "warn", works: false, nothingToDo: false },
  "service-unencrypted": { verdict: "warn", works: true, nothingToDo: false },
  "service-needs-secret": { verdict: "warn", works: true, nothingToDo: false },
  "service-not-ready": { verdict: "warn", works: true, nothingToDo: false },
  "service-refuses": { verdict: "warn", works: false, nothingToDo: false },
  "service-slow": { verdict: "warn", works: true, nothingToDo: false },
  "unexpected-answer": { verdict: "warn", works: false, nothingToDo: false, isEnoughAtSamePort: true },
  "certificate-expired": { verdict: "warn", works: true, nothingToDo: false },
  "clock-differs": { verdict: "warn", works: false, nothingToDo: false },
  "everything-open": { verdict: "warn", works: false, nothingToDo: false },
  "snmp-credentials-rejected": { verdict: "warn", works: false, nothingToDo: false },
  "snmp-community-unanswered": { verdict: "warn", works: false, nothingToDo: false },
  "snmp-user-unanswered": { verdict: "warn", works: false, nothingToDo: false },
  "snmp-object-missing": { verdict: "warn", works: false, nothingToDo: false },
  "request-unanswered": { verdict: "warn", works: false, nothingToDo: false },
  "absence-is-normal": { verdict: "warn", works: false, nothingToDo: true },
  "silence-accepted": { verdict: "warn", works: false, nothingToDo: true, isUnverified: true },
  "counted-at-service": { verdict: "warn", works: false, nothingToDo: false },
  "answered-on-second-attempt": { verdict: "warn", works: true, nothingToDo: false, isUnsteady: true },
  "address-family-not-routed": { verdict: "warn", works: true, nothingToDo: false },

  "connection-refused": { verdict: "fail" },
  "port-unreachable": { verdict: "fail" },
  "refused-on-the-way": { verdict: "fail" },
  "administratively-prohibited": { verdict: "fail" },
  "host-unreachable": { verdict: "fail" },
  "no-answer": { verdict: "fail" },
  "service-not-accepting": { verdict: "fail" },
  "no-service-answer": { verdict: "fail" },
  "accepted-then-closed": { verdict: "fail" },
  "wrong-service": { verdict: "fail" },
  "wrong-site": { verdict: "fail" },
  "foreign-certificate": { verdict: "fail" },
  "plaintext-instead-of-tls": { verdict: "fail" },
  "tls-failed": { verdict: "fail" },
  "open-not-blocked": { verdict: "fail" },
  "reply-lost": { verdict: "fail" },
  "path-blocked": { verdict: "fail" },
  "accepted-on-the-way": { verdict: "fail" },
  "service-not-running": { verdict: "fail" },
  "service-loopback-only": { verdict: "fail" },

  "udp-silence": { verdict: "unknown" },
  "silence-without-control": { verdict: "unknown" },
  "unreachable-without-control": { verdict: "unknown" },
  "udp-unreachable": { verdict: "unknown" },
  "held-by-service": { verdict: "unknown" },

  "privilege-missing": { verdict: "error" },
  "program-missing": { verdict: "error" },
  "descriptors-exhausted": { verdict: "error" },
  "source-ports-exhausted": { verdict: "error" },
  "name-not-resolved": { verdict: "error" },
  "name-resolves-to-self": { verdict: "error" },
  "no-route-here": { verdict: "error" },
  "local-firewall": { verdict: "error" },
  "connection-table-full": { verdict: "error" },
  "vantage-not-opened": { verdict: "error" },
  "probe-not-supported": { verdict: "error" },
  "probe-failed": { verdict: "error" },

  "no-vantage": { verdict: "skipped" },
  interrupted: { verdict: "skipped" },
} as const satisfies Record<string, ReasonTraits>;
export type Reason = keyof typeof reasons;

export const reasonSchema = z.enum(Object.keys(reasons) as Reason[]);

/** What follows from a reason besides its verdict. */
export const traitsOf = (reason: Reason): ReasonTraits => reasons[reason];

/** The verdict that a reason leads to. */
export const verdictOf = (reason: Reason): Verdict => reasons[reason].verdict;

/** True for what counts as met although nothing is known of it. */
export function isUnverified(reason: Reason): boolean {
  const traits = traitsOf(reason);
  return traits.verdict === "warn" && traits.isUnverified === true;
}

/** True for a caveat of a system that is as it should be. */
export function hasNothingToDo(reason: Reason): boolean {
  const traits = traitsOf(reason);
  return traits.verdict === "warn" && traits.nothingToDo;
}
