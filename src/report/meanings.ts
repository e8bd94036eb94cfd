import type { OutcomeKind } from "../model/outcome.ts";
import type { Proof, Verdict } from "../model/verdict.ts";

/** What each verdict says about a requirement, in one sentence without a full stop. */
export const verdictMeanings = {
  fail: "the requirement is not met",
  error: "this side could not send or failed; nothing is known of the network",
  unknown: "the evidence cannot decide",
  warn: "it works with a caveat, or it does not work and need not",
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
  unsent: "this side could not send; a fact about us, not about the network",
} as const satisfies Record<OutcomeKind, string>;
