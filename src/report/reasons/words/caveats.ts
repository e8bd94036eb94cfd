import type { Reason } from "../../../model/reason.ts";
import { type Facts } from "../../text/wording.ts";
import type { ReasonWords } from "../reason-words.ts";
import { saw } from "../saw.ts";
import { answerOf } from "../service-answer.ts";

function unroutedOf({ evidence: { addresses = [] } }: Facts): string {
  const lacking = addresses.filter(({ outcome }) => outcome.kind === "unsent" && outcome.cause === "no-route");
  return lacking.map(({ address }) => address ?? "an address").join(", ") || "the other family";
}

/** It worked in part, or not at first, or need not work. */
export const caveats = {
  "request-unanswered": {
    cell: "no reply",
    message: (facts) =>
      `${saw(facts)}, but no reply came${answerOf(facts) || `: ${facts.evidence.replySummary ?? "the connection was closed"}`}`,
    advice: ({ from, to }) =>
      `The path is open up to whatever accepted the connection. Check on ${to} which program listens there and whether its access list has ${from}.`,
    explanation: {
      short: "the connection was accepted, but there was no reply",
      means: "The TCP handshake was completed. Then the connection was closed or stayed silent, without a reply.",
      proves: "Something on the way or at the target accepts connections on that port.",
      doesNotProve:
        "That it is the service: a load balancer or a port forward accepts first and contacts the service afterwards.",
      likelyCauses: [
        "The service accepts the connection and refuses the sender, whose address is not in its access list.",
        "A proxy or port forward accepts connections although the service behind it is down.",
        "The service is busy or hangs.",
      ],
      lookFirst:
        "On the target: which program listens on the port (`ss -tlnp`), and what its log says about this sender.",
    },
  },
  "absence-is-normal": {
    cell: "absent, ok",
    message: (facts) => `${saw(facts)}; a healthy system may show this`,
    advice: (facts) =>
      ("tolerated" in facts ? facts.tolerated : undefined) ?? "Nothing to do if the service is meant to be off.",
    explanation: {
      short: "no service there, which the catalog calls normal",
      means:
        "The port refused or kept silent, and the catalog says that a healthy system may do so. The advice quotes the reason.",
      proves: "Only the outcome: a refusal, or silence.",
      doesNotProve: "That the service is healthy. A firewall that blocks it looks the same.",
      likelyCauses: [
        "The service is off or does not need the port, as the catalog says.",
        "The service is meant to run and does not.",
        "A firewall blocks it.",
      ],
      lookFirst: "Whether this service is meant to run on this system at all. If not, there is nothing to do.",
    },
  },
  "answered-on-second-attempt": {
    cell: "2nd try",
    message: (facts) => `${saw(facts)}, but not at the first attempt`,
    advice: ({ from, to }) =>
      `Look for packet loss or an overloaded firewall between ${from} and ${to}, and check again.`,
    explanation: {
      short: "it works, but not at the first attempt",
      means: "The first attempt failed, or could not be decided. A later one, from another source port, passed.",
      proves: "The path can work.",
      doesNotProve: "That it always works. How often it fails cannot be told from two attempts.",
      likelyCauses: [
        "Packets are lost, on a full link or at a firewall under load.",
        "One of several parallel paths or load-balanced servers is broken.",
        "The service was being started, or a firewall change took effect, during the run.",
      ],
      lookFirst: "Run the check a few times. If it happens again, look at loss between the two nodes (`mtr`).",
    },
  },
  "address-family-not-routed": {
    cell: "one family",
    message: (facts) =>
      `${saw(facts)}; this machine has no route to ${unroutedOf(facts)}, which was therefore not tested`,
    advice: ({ from, to }) =>
      `Give ${from} a route for that family, or remove the address from the name of ${to} if it is not used.`,
    explanation: {
      short: "one family works; the sender has no route for the other",
      means:
        "The target has IPv4 and IPv6 addresses. This machine has no route for one of the families; the other one passed.",
      proves: "The flow works over the family that could be sent.",
      doesNotProve: "Anything about the other family: it was not tested.",
      likelyCauses: [
        "The sender has no IPv6 connection, and the name of the target has an IPv6 address as well.",
        "The default route of one family is missing on the sender.",
      ],
      lookFirst: "`ip -4 route` and `ip -6 route` on the sender.",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
