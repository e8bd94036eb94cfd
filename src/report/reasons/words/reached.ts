import type { Reason } from "../../../model/reason.ts";
import type { ReasonWords } from "../reason-words.ts";
import { saw } from "../saw.ts";
import { answerOf, said } from "../service-answer.ts";

/** The port or the address answered, as it should. A pass has no causes to look for; what it leaves open matters more. */
export const reached = {
  "handshake-completed": {
    cell: "open",
    message: (facts) =>
      facts.evidence.service === undefined
        ? `${saw(facts)}; the service was not identified`
        : `${saw(facts)}${answerOf(facts)}; this service does not answer unknown clients`,
    explanation: {
      short: "a TCP connection was accepted; the service was not judged",
      means:
        "The TCP connection was accepted (SYN, SYN-ACK). The service was not asked for anything, or its answer was not judged.",
      proves: "Something accepts TCP connections to that address and port from this sender.",
      doesNotProve:
        "Which service it is, or that it works. A load balancer, a port forward or a proxying firewall can complete the handshake for a server that is down.",
      likelyCauses: [],
      lookFirst: "Nothing to do. If the service misbehaves anyway, test it with its own client from the same sender.",
    },
  },
  "service-answered": {
    cell: "answered",
    message: (facts) => `${saw(facts)}${said(facts)}`,
    explanation: {
      short: "the service itself answered in its own protocol",
      means: "The reply is in the right protocol and belongs to the request. The message says what answered.",
      proves:
        "Traffic passes in both directions, and the service, not only something that accepts, answers on that port.",
      doesNotProve:
        "That the service can serve the later requests of Checkmk. A DNS server that answers with an error (`SERVFAIL`, `REFUSED`) passes too; the message shows its code.",
      likelyCauses: [],
      lookFirst: "Nothing to do.",
    },
  },
  "reply-received": {
    cell: "replied",
    message: (facts) =>
      `${saw(facts)}${
        facts.evidence.replyMatches === false
          ? "; it does not look like an answer to the request"
          : "; it was not decoded"
      }`,
    explanation: {
      short: "a UDP reply came back that was not decoded or does not match",
      means:
        "A datagram came back from the probed address and port. It was not decoded, or does not answer the request.",
      proves: "UDP passes in both directions, and something on that port sends datagrams.",
      doesNotProve: "That it is the required service.",
      likelyCauses: [],
      lookFirst: "Nothing to do for the path. If in doubt, see which program uses the port on the target (`ss -ulnp`).",
    },
  },
  "echo-reply": {
    cell: "echo",
    message: saw,
    explanation: {
      short: "the ping was answered",
      means: "The echo request (ping) was answered.",
      proves: "ICMP echo passes in both directions, and something answers for that address.",
      doesNotProve: "Anything about TCP or UDP ports: firewalls treat them apart from ICMP.",
      likelyCauses: [],
      lookFirst: "Nothing to do.",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
