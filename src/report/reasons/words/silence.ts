import type { Reason } from "../../../model/reason.ts";
import { duration, type Facts, service } from "../../text/wording.ts";
import type { ReasonWords } from "../reason-words.ts";
import { answeredBeforeSilence, offBeside } from "../same-target.ts";
import { saw } from "../saw.ts";
import { whenQuiet } from "../service-hints.ts";
import { sharedRule, sharedSilence } from "../group-advice.ts";

/** What to think of where an address answered at first and then no more; empty where it did not. */
function limited(facts: Facts, sameTarget: readonly Facts[]): string {
  const seen = answeredBeforeSilence(sameTarget);
  if (seen === undefined || facts.evidence.askedSlower !== undefined) return "";
  const pattern = `the first ${seen.answered} probed ports of this address answered, the ${seen.silent} after them did not`;
  const again = sameTarget.find(({ evidence }) => evidence.askedSlower !== undefined);
  if (again === undefined)
    return ` Or a limit on new connections: ${pattern}. Check again more slowly (\`--rate 1\`); what answers then is open, and a rule or a ban for scanning blocked the others.`;
  return again.evidence.askedSlower?.outcome === "silent"
    ? ` Or a ban for scanning: ${pattern}, and ${service(again)}, probed again more slowly, was silent too.`
    : ` Or a limit on new connections: ${pattern}, and ${service(again)} answered when it was probed again more slowly. Check this one again as well (\`--rate 1\`).`;
}

/** What to do where a router said of another flow to the address that the host is not there. */
function whenOff(facts: Facts, sameTarget: readonly Facts[]): string | undefined {
  const told = offBeside(sameTarget);
  if (told === undefined) return undefined;
  return `See whether ${facts.to} is up and has the address ${facts.address}: for ${service(told)} an "unreachable" came after ${duration(told.rttMs ?? 0)}, so probably no machine on its network answers for it, and routers do not say so of every packet.`;
}

/** Nothing came back. */
export const silence = {
  "silence-accepted": {
    cell: "silent, ok",
    message: (facts) => `${saw(facts)}; accepted, because ${service(facts)} never answers and the topology says so`,
    advice: ({ to }) => `This proves nothing: to test it once, send a test message and look for it on ${to}.`,
    explanation: {
      short: "silence over UDP that was accepted, as `accept: unverifiable` says",
      means:
        "No reply and no ICMP error came back over UDP, from a service that never answers. The topology (`accept: unverifiable`) or `--accept unverifiable` says that this counts as met.",
      proves: "Nothing, except that no refusal and no ICMP error was seen: either would have failed.",
      doesNotProve: "That the port is open. A firewall that drops the datagrams looks the same.",
      likelyCauses: [
        "The service read the datagram and does not reply, as syslog, SNMP traps and corosync do.",
        "A firewall drops the datagram or the ICMP error.",
      ],
      lookFirst: "Nothing to do for the run. To test the path once, send a test message and look for it on the target.",
    },
  },
  "no-answer": {
    cell: "no answer",
    message: saw,
    advice(facts, { sameTargetOf }) {
      const sameTarget = sameTargetOf?.(facts) ?? [];
      const off = whenOff(facts, sameTarget);
      if (off !== undefined) return off;
      return facts.protocol === "icmp"
        ? `See whether ${facts.to} is up. If its other ports answer, a rule drops ICMP echo; then allow it or choose another host check.`
        : `${whenQuiet(facts)}${limited(facts, sameTarget)}`;
    },
    sharedAdvice: { service: sharedSilence, port: sharedRule },
    explanation: {
      short: "nothing came back over TCP or ICMP",
      means:
        "Nothing came back over TCP or ICMP echo until the deadline. Where a second try is harmless, there was one.",
      proves: "This sender got no answer before the deadline.",
      doesNotProve:
        "That a firewall is to blame, or on which side. The probe or its reply may have been lost anywhere; silence does not show where.",
      likelyCauses: [
        "A firewall drops the packets: on the target, on the way, or, for TCP, in the outgoing rules of the sender.",
        "The host is off, or the address in the topology is wrong.",
        "The reply is dropped on the return path.",
        "The service's own access list drops unknown clients, for example `IPAddressAllow` of systemd.",
        "The host is slower than the deadline (`--timeout`).",
        "A limit on new connections, or a ban for scanning, if the ports that were probed first answered.",
      ],
      lookFirst:
        "Whether anything else on the same target answers. If so, look for a rule about this port; if not, see whether the host is up.",
    },
  },
  "udp-silence": {
    cell: "silent",
    message: (facts) => `${saw(facts)}; with UDP, silence means open, filtered or lost`,
    advice: (facts, { sameTargetOf }) =>
      facts.expect === "open"
        ? (whenOff(facts, sameTargetOf?.(facts) ?? []) ?? whenQuiet(facts))
        : `Silence cannot prove a block of UDP: look on ${facts.to} whether datagrams arrive (\`tcpdump\`).`,
    explanation: {
      short: "nothing came back over UDP, which is inconclusive",
      means: "No reply and no ICMP error came back for the datagrams until the deadline.",
      proves: "Nothing: a UDP service does not have to answer, and lost datagrams and lost ICMP errors look the same.",
      doesNotProve: "That the port is open, closed or blocked.",
      likelyCauses: [
        "The service does not answer unexpected requests; receivers of syslog, SNMP traps and real-time checks never answer.",
        "The community, version or access list of an SNMP agent does not match.",
        "A firewall drops the datagram or the answer.",
        "The ICMP error was suppressed: many hosts send about one each second, and firewalls drop them.",
        'The host is off, or nothing answers for its address; without `CAP_NET_RAW` even a "host unreachable" is silence over UDP.',
      ],
      lookFirst: "On the target: do the datagrams arrive (`tcpdump -ni any udp port PORT`)?",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
