import type { Finding } from "../model/service-evidence.ts";
import type { Ruling } from "./rules.ts";

/**
 * What the answer of a service means where its port must be open. Total on purpose, like the table of outcomes: a new
 * finding does not compile until it is judged here. A service that was seen is proof even if it is the wrong one.
 */
export const serviceRules = {
  verified: { reason: "service-answered", proof: "proven" },
  "handshake-only": { reason: "handshake-completed", proof: "observed" },
  unencrypted: { reason: "service-unencrypted", proof: "proven" },
  "shared-secret": { reason: "service-needs-secret", proof: "proven" },
  refuses: { reason: "service-refuses", proof: "proven" },
  "not-ready": { reason: "service-not-ready", proof: "proven" },
  "other-answer": { reason: "unexpected-answer", proof: "proven" },
  "certificate-expired": { reason: "certificate-expired", proof: "proven" },
  "clock-differs": { reason: "clock-differs", proof: "proven" },
  unanswered: { reason: "no-service-answer", proof: "observed" },
  closed: { reason: "accepted-then-closed", proof: "observed" },
  "wrong-service": { reason: "wrong-service", proof: "proven" },
  "wrong-site": { reason: "wrong-site", proof: "proven" },
  "foreign-certificate": { reason: "foreign-certificate", proof: "proven" },
  plaintext: { reason: "plaintext-instead-of-tls", proof: "proven" },
  "tls-failed": { reason: "tls-failed", proof: "observed" },
} as const satisfies Record<Finding, Ruling>;
