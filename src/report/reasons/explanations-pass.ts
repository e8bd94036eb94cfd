import type { Reason } from "../../model/reason.ts";
import type { Explanation } from "./explanation.ts";

/** Reasons for `pass`. They have no causes to look for; what they leave open matters more. */
export const passExplanations = {
  "handshake-completed": {
    verdict: "pass",
    short: "a TCP connection was accepted; the service was not judged",
    means:
      "The TCP connection was accepted (SYN, SYN-ACK). Nothing was asked of the service, or its answer was not judged.",
    proves: "Something accepts TCP connections to that address and port from this sender.",
    doesNotProve:
      "Which service it is, or that it works. A load balancer, a port forward or a proxying firewall can complete the handshake for a server that is dead.",
    likelyCauses: [],
    lookFirst:
      "Nothing to do. If the service misbehaves all the same, ask it with its own client from the same sender.",
  },
  "service-answered": {
    verdict: "pass",
    short: "the service itself answered in its own protocol",
    means: "The reply is in the protocol that was asked and belongs to the request. The message says what answered.",
    proves:
      "Traffic passes in both directions, and the service, not only something that accepts, answers on that port.",
    doesNotProve:
      "That the service has what Checkmk will ask of it later. A DNS server that answers with an error (`SERVFAIL`, `REFUSED`) passes too; the message shows its code.",
    likelyCauses: [],
    lookFirst: "Nothing to do.",
  },
  "reply-received": {
    verdict: "pass",
    short: "a UDP reply came back that was not decoded or does not match",
    means:
      "A datagram came back from the address and port that were asked. It was not decoded, or is no answer to the question.",
    proves: "UDP passes in both directions, and something on that port sends datagrams.",
    doesNotProve: "That it is the required service.",
    likelyCauses: [],
    lookFirst: "Nothing to do for the path. If in doubt, see which program holds the port on the target (`ss -ulnp`).",
  },
  "echo-reply": {
    verdict: "pass",
    short: "the ping was answered",
    means: "The echo request (ping) was answered.",
    proves: "ICMP echo passes in both directions, and something answers for that address.",
    doesNotProve: "Anything about TCP or UDP ports: firewalls treat them apart from ICMP.",
    likelyCauses: [],
    lookFirst: "Nothing to do.",
  },
  "blocked-as-expected": {
    verdict: "pass",
    short: "the port must be blocked, and it is",
    means:
      'The port must be blocked, and it is. Either an ICMP error said "administratively prohibited", or something else than the address itself refused, or the probe got silence or an "unreachable" while another flow to the same address was answered.',
    proves:
      'This sender did not get through in this run. An "administratively prohibited" is the word of a firewall or an access list. Otherwise a control, another flow of the same run from the same sender to the same address, shows that something is alive at that address.',
    doesNotProve:
      "That other senders, ports, protocols or source ports are blocked. With a control it is still an inference that a rule, and not the service itself, keeps silent.",
    likelyCauses: [],
    lookFirst: "Nothing to do. The message names the control where the verdict rests on one.",
  },
} as const satisfies Partial<Record<Reason, Explanation>>;
