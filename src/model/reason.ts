import { z } from "zod";

/** Stable codes for why a verdict is what it is. `report/reasons/phrase.ts` has the sentences, `judge/rules.ts` the table. */
export const reasonSchema = z.enum([
  // pass
  "handshake-completed",
  "service-answered",
  "reply-received",
  "echo-reply",
  "blocked-as-expected",
  // warn
  "path-open-nothing-listens",
  "path-open-other-answers",
  "closed-not-blocked",
  "alternative-satisfied",
  "answer-from-other-address",
  "service-unencrypted",
  "service-needs-secret",
  "service-not-ready",
  "unexpected-answer",
  "certificate-expired",
  "clock-differs",
  "everything-open",
  "snmp-credentials-rejected",
  "snmp-community-unanswered",
  "snmp-user-unanswered",
  "snmp-object-missing",
  "request-unanswered",
  "absence-is-normal",
  "answered-on-second-attempt",
  "address-family-not-routed",
  // fail
  "connection-refused",
  "port-unreachable",
  "administratively-prohibited",
  "host-unreachable",
  "no-answer",
  "accepted-then-closed",
  "wrong-service",
  "wrong-site",
  "foreign-certificate",
  "plaintext-instead-of-tls",
  "tls-failed",
  "open-not-blocked",
  // unknown
  "udp-silence",
  "silence-without-control",
  "unreachable-without-control",
  "udp-unreachable",
  // error
  "privilege-missing",
  "program-missing",
  "descriptors-exhausted",
  "source-ports-exhausted",
  "name-not-resolved",
  "no-route-here",
  "local-firewall",
  "vantage-not-opened",
  "probe-failed",
  // skipped
  "no-vantage",
  "interrupted",
]);
export type Reason = z.infer<typeof reasonSchema>;
