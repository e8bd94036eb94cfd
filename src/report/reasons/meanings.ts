import type { OutcomeKind } from "../../model/outcome.ts";
import type { Finding } from "../../model/service-evidence.ts";
import type { Proof, Verdict } from "../../model/verdict.ts";

/** What each verdict says about a requirement, in one sentence without a full stop. */
export const verdictMeanings = {
  fail: "the requirement is not met",
  error: "this side could not send or failed; nothing is known of the network",
  unknown: "inconclusive",
  warn: "it works with a caveat, or it does not work and is not needed",
  pass: "the requirement is met, as far as the proof goes",
  skipped: "not tried",
} as const satisfies Record<Verdict, string>;

/** How strong the evidence behind a verdict is. */
export const proofMeanings = {
  proven: "the service itself answered, or the address answered an echo request",
  observed: "a packet came back: a completed handshake, a refusal, an ICMP error, an undecoded reply",
  inferred: "nothing came back; the verdict follows from silence",
  none: "nothing was sent, or nothing was reported",
} as const satisfies Record<Proof, string>;

/** What a probe saw: facts, before anybody judges them. */
export const outcomeMeanings = {
  open: "a TCP handshake was completed, or a datagram or an echo reply came back",
  refused: "a TCP reset or an ICMP port-unreachable came back",
  prohibited: 'an ICMP error said "administratively prohibited"',
  unreachable: "an ICMP error or an error number said that the host or the network cannot be reached",
  silent: "nothing came back until the deadline",
  unsent: "this side could not send; a fact about the sender, not about the network",
} as const satisfies Record<OutcomeKind, string>;

/** What a service's own answer showed after the connection was accepted, or its datagram had come. */
export const findingMeanings = {
  verified: "the service answered correctly",
  "handshake-only": "it accepted the connection; more must not be sent, or unknown clients get no answer",
  unencrypted: "it answered in plain text, although it can be encrypted",
  "shared-secret": "it answered encrypted with a secret that both sides must know",
  refuses: "it answered that it does not serve, or not this client",
  "not-ready": "something answered for it that it cannot serve now: HTTP 502, 503 or 504, an NTP kiss code",
  "other-answer": "the right protocol, but not an answer that fits the request",
  "certificate-expired": "it answered with a certificate outside its dates",
  "clock-differs": "NTP: the two clocks are more than a second apart",
  unanswered: "the connection was accepted and stayed silent",
  closed: "the connection was accepted and closed or reset without an answer",
  "wrong-service": "something else answered",
  "wrong-site": "the service of another Checkmk site answered, or one that does not know the path of the expected site",
  "foreign-certificate": "TLS, with a certificate that this service does not have",
  plaintext: "plain text came where TLS is needed",
  "tls-failed": "the connection was accepted, but the TLS handshake failed",
} as const satisfies Record<Finding, string>;
