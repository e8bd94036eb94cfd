import type { Finding } from "../model/service.ts";
import type { Ruling } from "./rules.ts";

/**
 * What the answer of a service means where its port must be open. Total on purpose, like the table of outcomes: a new
 * finding does not compile until it is judged here. A service that was seen is proof even if it is the wrong one.
 */
export const serviceRules = {
  verified: { verdict: "pass", reason: "service-answered", proof: "proven" },
  "handshake-only": { verdict: "pass", reason: "handshake-completed", proof: "observed" },
  unencrypted: { verdict: "warn", reason: "service-unencrypted", proof: "proven" },
  "shared-secret": { verdict: "warn", reason: "service-needs-secret", proof: "proven" },
  refuses: { verdict: "warn", reason: "service-not-ready", proof: "proven" },
  "not-ready": { verdict: "warn", reason: "service-not-ready", proof: "proven" },
  "other-answer": { verdict: "warn", reason: "unexpected-answer", proof: "proven" },
  "certificate-expired": { verdict: "warn", reason: "certificate-expired", proof: "proven" },
  "clock-differs": { verdict: "warn", reason: "clock-differs", proof: "proven" },
  unanswered: { verdict: "warn", reason: "request-unanswered", proof: "observed" },
  closed: { verdict: "fail", reason: "accepted-then-closed", proof: "observed" },
  "wrong-service": { verdict: "fail", reason: "wrong-service", proof: "proven" },
  "wrong-site": { verdict: "fail", reason: "wrong-site", proof: "proven" },
  "foreign-certificate": { verdict: "fail", reason: "foreign-certificate", proof: "proven" },
  plaintext: { verdict: "fail", reason: "plaintext-instead-of-tls", proof: "proven" },
  "tls-failed": { verdict: "fail", reason: "tls-failed", proof: "observed" },
} as const satisfies Record<Finding, Ruling>;
