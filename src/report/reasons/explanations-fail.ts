import type { Reason } from "../../model/reason.ts";
import type { Explanation } from "./explanation.ts";

/** Reasons for `fail` (the requirement is not met) and `unknown` (this evidence cannot decide). */
export const failExplanations = {
  "connection-refused": {
    verdict: "fail",
    short: "the TCP connection was refused, by the host or in its name",
    means: "The TCP connection was refused: a reset (RST) or an ICMP port-unreachable came back.",
    proves: "An answer came back, and this sender cannot connect to this port now.",
    doesNotProve:
      "Who refused, unless the message says it. With `CAP_NET_RAW` it names the sender of an ICMP error, or says from the distance of the reset (IPv4) who probably sent it. Otherwise a host where nothing listens and a firewall that rejects look exactly the same.",
    likelyCauses: [
      "The service does not run.",
      "The service listens on another port or another address, often on loopback only.",
      "The port of a container is not published.",
      "A firewall on the target, between, or on the sender rejects with a reset or a port-unreachable.",
    ],
    lookFirst:
      "On the target: does anything listen on this address and port (`ss -tlnp`)? If so, look for a firewall that rejects.",
  },
  "port-unreachable": {
    verdict: "fail",
    short: "an ICMP port-unreachable came back",
    means: "An ICMP port-unreachable came back for the probe.",
    proves: "An answer came back, and the probe reached no service.",
    doesNotProve:
      "Who sent it, unless the message names the sender. The target says this where nothing listens; `REJECT` in a firewall says the same by default.",
    likelyCauses: [
      "The service does not run.",
      "The service listens on another port or another address, often on loopback only.",
      "A firewall rejects with port-unreachable. For an ICMP echo request that is the only cause.",
    ],
    lookFirst:
      "On the target: does anything listen on this address and port (`ss -ulnp`)? If so, look for a firewall that rejects.",
  },
  "administratively-prohibited": {
    verdict: "fail",
    short: "an ICMP error said that a policy forbids it",
    means: "An ICMP error said that a policy forbids this traffic.",
    proves:
      "A firewall, an access list or a reject route turns it away. The cause is a rule, not a service that is down.",
    doesNotProve:
      "Which device it was, unless the message names the sender of the ICMP error; that needs `CAP_NET_RAW`.",
    likelyCauses: [
      "The firewall of the target itself: firewalld rejects like this by default.",
      "A firewall between the two, or an access list of a router.",
    ],
    lookFirst:
      "The firewall rules of the target, then those on the way. Without `CAP_NET_RAW` the operating system hides the code over TCP on IPv4, so the same block is `host-unreachable` there.",
  },
  "host-unreachable": {
    verdict: "fail",
    short: 'an "unreachable" came back from somewhere',
    means:
      'A "host unreachable" or "network unreachable" came back, or another ICMP error that is neither a refusal nor known to be a prohibition.',
    proves: "The probe did not get through, although this machine has a route to the address.",
    doesNotProve:
      'That the host is down. Without `CAP_NET_RAW` only an error number is known over TCP, which "administratively prohibited" shares over IPv4; the message then says that the code was not seen. Nor who sent the error, unless the message names it.',
    likelyCauses: [
      "The host is off or does not have this address; the error then takes about three seconds, on the last network.",
      'A firewall rejects, with "unreachable" or, over IPv4, with "prohibited"; the error then comes at once. The sender\'s own outgoing rules can do that too.',
      "A router on the way has no route to the target's network.",
    ],
    lookFirst:
      "The time in the message and the other ports of the target. About three seconds and nothing else answers: the host. At once and other ports answer: a firewall rule.",
  },
  "no-answer": {
    verdict: "fail",
    short: "nothing came back over TCP or ICMP",
    means: "Nothing came back over TCP or ICMP echo until the deadline. Where a second try is harmless, there was one.",
    proves: "This sender got no answer before the deadline.",
    doesNotProve:
      "That a firewall is to blame, or on which side. The probe or its answer may have been lost anywhere; silence names nobody.",
    likelyCauses: [
      "A firewall drops the packets: on the target, between, or, for TCP, in the outgoing rules of the sender.",
      "The host is off, or the address in the topology is wrong.",
      "The answer takes a route back on which it is dropped.",
      "The service's own access list drops strangers, for example `IPAddressAllow` of systemd.",
      "The host is slower than the deadline (`--timeout`).",
    ],
    lookFirst:
      "Whether anything else on the same target answers. If so, look for a rule about this port; if not, see whether the host is up.",
  },
  "open-not-blocked": {
    verdict: "fail",
    short: "must be blocked, but answered",
    means: "The port must be blocked, but it answered in at least one attempt.",
    proves: "Something answers this sender on that port.",
    doesNotProve:
      "Which service it is. Over TCP a firewall that proxies connections could have completed the handshake itself.",
    likelyCauses: [
      "No rule blocks it, or the rule stands behind one that allows it.",
      "The rule exists, but is not active yet or covers other addresses, for example IPv4 only.",
      "The traffic does not pass the firewall that has the rule.",
    ],
    lookFirst: "The order and the counters of the rules on the firewall between the two.",
  },
  "udp-silence": {
    verdict: "unknown",
    short: "nothing came back over UDP, which decides nothing",
    means: "No reply and no ICMP error came back for the datagrams until the deadline.",
    proves: "Nothing: a UDP service need not answer, and lost datagrams and lost ICMP errors look the same.",
    doesNotProve: "That the port is open, closed or blocked.",
    likelyCauses: [
      "The service never answers what it does not expect: syslog, SNMP traps and real-time checks never answer at all.",
      "The community, version or access list of an SNMP agent does not match.",
      "A firewall drops the datagram or the answer.",
      "The ICMP error was suppressed: many hosts send about one each second, and firewalls drop them.",
      'The host is off, or nothing answers for its address; without `CAP_NET_RAW` even a "host unreachable" is silence over UDP.',
    ],
    lookFirst: "On the target: do the datagrams arrive (`tcpdump -ni any udp port PORT`)?",
  },
  "silence-without-control": {
    verdict: "unknown",
    short: "must be blocked and is silent, but so is a dead host",
    means: "The port must be blocked and kept silent. Nothing else at that address answered this sender in this run.",
    proves: "This sender did not get through.",
    doesNotProve: "A block. A host that is off and a mistyped address are silent too.",
    likelyCauses: [
      "It is blocked, and no other flow to the same address was checked.",
      "The host is off, or its address is wrong.",
      "A firewall blocks the whole host.",
    ],
    lookFirst:
      "Check one port in the same run that must be open, from the same sender to the same address. If it answers, it is the control and the block passes.",
  },
  "unreachable-without-control": {
    verdict: "unknown",
    short: "must be blocked and is unreachable, but so is a dead host",
    means:
      'The port must be blocked, and an "unreachable" came back. Nothing else at that address answered this sender in this run.',
    proves: "This sender did not get through.",
    doesNotProve: "A block. A host that is off and a missing route give the same error.",
    likelyCauses: [
      'A firewall rejects with "unreachable" or, over IPv4 without `CAP_NET_RAW`, with "prohibited", whose code TCP hides.',
      "The host is off, or its address is wrong.",
      "A router on the way has no route.",
    ],
    lookFirst: "Check one port in the same run that must be open, as for `silence-without-control`.",
  },
  "udp-unreachable": {
    verdict: "unknown",
    short: 'must be blocked; a UDP "unreachable" cannot show it',
    means: 'The UDP port must be blocked, and an "unreachable" came back.',
    proves: "The datagram was turned away, by somebody.",
    doesNotProve:
      "A block of this port. A missing route looks the same, and over UDP a control is not accepted as proof.",
    likelyCauses: [
      'A firewall rejects with an "unreachable".',
      "A router on the way has no route, or the host is off.",
    ],
    lookFirst: 'The rule on the firewall. Only "administratively prohibited" lets a block of UDP pass.',
  },
} as const satisfies Partial<Record<Reason, Explanation>>;
