import type { Reason } from "../../../model/reason.ts";
import { duration, type Facts, service } from "../../text/wording.ts";
import { slowUnreachableMs, whereRefused, whereUnreachable } from "../icmp-words.ts";
import type { ReasonWords } from "../reason-words.ts";
import { lifeBeside } from "../same-target.ts";
import { saw } from "../saw.ts";
import { whenClosed } from "../service-hints.ts";
import { sharedRule } from "../group-advice.ts";

const whereToLook = (facts: Facts, others: readonly Facts[]): string => {
  const { to, from, address, rttMs } = facts;
  const isSlow = rttMs !== undefined && rttMs > slowUnreachableMs;
  const life = isSlow ? undefined : lifeBeside(others, service);
  if (life !== undefined)
    return `Probably the host is not down: at the same address ${life}. Look for a firewall on ${to} or between ${from} and it that rejects ${service(facts)} with "unreachable" or "prohibited".`;
  return isSlow
    ? `See whether ${to} is up and has the address ${address}: an error that takes ${duration(rttMs)} usually means that no machine on its network answers for it.`
    : `See whether ${to} is up and has the address ${address}; then look at the route from ${from} and for a firewall that rejects with "unreachable".`;
};

/** Somebody turned the probe away: the host, a router, or a firewall in the name of either. */
export const refused = {
  "connection-refused": {
    cell: "refused",
    message: saw,
    advice: (facts) => whereRefused(facts) ?? whenClosed(facts),
    explanation: {
      short: "the TCP connection was refused, by the host or on its behalf",
      means: "The TCP connection was refused: a reset (RST) or an ICMP port-unreachable came back.",
      proves: "Something answered, and this sender cannot connect to this port now.",
      doesNotProve:
        "Who refused, unless the message says it. With `CAP_NET_RAW` it names the sender of an ICMP error, or says from the hop count of the reset (IPv4) who probably sent it. Otherwise a host where nothing listens and a firewall that rejects look exactly the same.",
      likelyCauses: [
        "The service does not run.",
        "The service listens on another port or another address, often on loopback only.",
        "The port of a container is not published.",
        "A firewall on the target, on the way, or on the sender rejects with a reset or a port-unreachable.",
      ],
      lookFirst:
        "On the target: does anything listen on this address and port (`ss -tlnp`)? If so, look for a firewall that rejects.",
    },
  },
  "port-unreachable": {
    cell: "refused",
    message: saw,
    advice: (facts) =>
      facts.protocol === "icmp"
        ? `No host answers an echo request like that: look for a firewall rule that rejects ICMP between ${facts.from} and ${facts.to}.`
        : (whereRefused(facts) ?? whenClosed(facts)),
    explanation: {
      short: "an ICMP port-unreachable came back",
      means: "An ICMP port-unreachable came back for the probe.",
      proves: "Something answered, and the probe reached no service.",
      doesNotProve:
        "Who sent it, unless the message names the sender. The target sends it if nothing listens; `REJECT` in a firewall sends the same by default.",
      likelyCauses: [
        "The service does not run.",
        "The service listens on another port or another address, often on loopback only.",
        "A firewall rejects with port-unreachable. For an ICMP echo request that is the only cause.",
      ],
      lookFirst:
        "On the target: does anything listen on this address and port (`ss -ulnp`)? If so, look for a firewall that rejects.",
    },
  },
  "administratively-prohibited": {
    cell: "prohibited",
    message: saw,
    advice: (facts) =>
      facts.evidence.reporter === undefined
        ? `A firewall rejects this: look for a rule on ${facts.to} itself (firewalld rejects like this), then between it and ${facts.from}.`
        : `Look at the firewall rules of ${facts.evidence.reporter === facts.address ? facts.to : facts.evidence.reporter} for ${service(facts)} from ${facts.from} to ${facts.to}.`,
    sharedAdvice: { port: sharedRule },
    explanation: {
      short: "an ICMP error said that a policy forbids it",
      means: "An ICMP error said that a policy forbids this traffic.",
      proves:
        "A firewall, an access list or a reject route rejects it. The cause is a rule, not a service that is down.",
      doesNotProve:
        "Which device it was, unless the message names the sender of the ICMP error; that needs `CAP_NET_RAW`.",
      likelyCauses: [
        "The firewall of the target itself: firewalld rejects like this by default.",
        "A firewall between the two nodes, or an access list of a router.",
      ],
      lookFirst:
        "The firewall rules of the target, then those on the way. Without `CAP_NET_RAW` the operating system hides the code over TCP on IPv4, so the same block is `host-unreachable` there.",
    },
  },
  "host-unreachable": {
    cell: "unreachable",
    message: saw,
    advice: (facts, { sameTargetOf }) => whereUnreachable(facts) ?? whereToLook(facts, sameTargetOf?.(facts) ?? []),
    explanation: {
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
        "The address forwards this port to a machine behind it that is off; then the address itself sends the error.",
      ],
      lookFirst:
        "The time in the message and the other ports of the target. About three seconds and nothing else answers: the host. At once and other ports answer: a firewall rule.",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
