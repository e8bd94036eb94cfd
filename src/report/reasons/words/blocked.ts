import type { Reason } from "../../../model/reason.ts";
import { type Facts, service, serviceIn, target } from "../../text/wording.ts";
import { blockBehindRefusal } from "../icmp-words.ts";
import type { ReasonWords } from "../reason-words.ts";
import { saw } from "../saw.ts";

const whetherAlive = (facts: Facts): string =>
  facts.evidence.refusal === undefined
    ? `${saw(facts)}, and nothing else at that address answered either; it may be blocked, switched off or mistyped`
    : `${saw(facts)}; at that address ${serviceIn(facts.evidence.refusal)} was refused and nothing answered. A firewall can refuse on behalf of a host that is off, so it may be blocked, switched off or mistyped`;

const noControl = ({ to }: Facts): string =>
  `Check one port of ${to} that must be open in the same run; if it answers, the block is proven.`;

/** The port must be blocked: it is, it is not, or that cannot be told. */
export const blocked = {
  "open-not-blocked": {
    cell: "open",
    message: (facts) => `${saw(facts)}, although this must be blocked`,
    advice: (facts) => `Look for the rule that lets ${service(facts)} from ${facts.from} to ${target(facts)} through.`,
    explanation: {
      short: "must be blocked, but answered",
      means: "The port must be blocked, but it answered in at least one attempt.",
      proves: "Something answers this sender on that port.",
      doesNotProve:
        "Which service it is. Over TCP a firewall that proxies connections could have completed the handshake itself.",
      likelyCauses: [
        "No rule blocks it, or the rule comes after one that allows it.",
        "The rule exists, but is not active yet or covers other addresses, for example IPv4 only.",
        "The traffic does not pass the firewall that has the rule.",
      ],
      lookFirst: "The order and the counters of the rules on the firewall between the two.",
    },
  },
  "closed-not-blocked": {
    cell: "closed",
    message: (facts) => `${saw(facts)}${blockBehindRefusal(facts)}`,
    advice: ({ to }) =>
      `If a firewall must block this, see that it has a rule in front of ${to}: without one, the port is open as soon as a service starts there.`,
    explanation: {
      short: "must be blocked, but was only refused: no listener or a rule",
      means: "The port must be blocked. It was refused: no connection was possible, but no block was seen either.",
      proves: "Nothing answered as a service on that port at this moment.",
      doesNotProve: "A firewall rule. As soon as something listens there, the port may be open.",
      likelyCauses: [
        "Nothing listens, and no rule blocks the port.",
        "A firewall blocks with a TCP reset, or with an ICMP port-unreachable whose sender was not seen. That is a real block, but looks the same from here.",
      ],
      lookFirst: "The firewall rule for this port. If it rejects on purpose, the warning can stay.",
    },
  },
  "blocked-as-expected": {
    cell: "blocked",
    message: (facts) =>
      `${saw(facts)}, blocked as required${
        facts.evidence.control === undefined
          ? ""
          : `; the same address answered on ${serviceIn(facts.evidence.control)}, so it is alive`
      }`,
    explanation: {
      short: "the port must be blocked, and it is",
      means:
        'The port must be blocked, and it is. Either an ICMP error said "administratively prohibited", or something other than the address itself refused, or the probe got silence or an "unreachable" while another flow to the same address was answered.',
      proves:
        'This sender did not get through in this run. An "administratively prohibited" is sent by a firewall or an access list. Otherwise a control, another flow of the same run from the same sender to the same address, shows that something is alive at that address.',
      doesNotProve:
        "That other senders, ports, protocols or source ports are blocked. With a control it is still only an inference that a rule, and not the service itself, causes the silence.",
      likelyCauses: [],
      lookFirst: "Nothing to do. The message names the control if the verdict depends on one.",
    },
  },
  "silence-without-control": {
    cell: "silent",
    message: whetherAlive,
    advice: noControl,
    explanation: {
      short: "must be blocked and is silent, but so is a dead host",
      means:
        "The port must be blocked and kept silent. Nothing else at that address answered this sender in this run, except refusals.",
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
  },
  "unreachable-without-control": {
    cell: "unreachable",
    message: whetherAlive,
    advice: noControl,
    explanation: {
      short: "must be blocked and is unreachable, but so is a dead host",
      means:
        'The port must be blocked, and an "unreachable" came back. Nothing else at that address answered this sender in this run, except refusals.',
      proves: "This sender did not get through.",
      doesNotProve: "A block. A host that is off and a missing route give the same error.",
      likelyCauses: [
        'A firewall rejects with "unreachable" or, over IPv4 without `CAP_NET_RAW`, with "prohibited", whose code TCP hides.',
        "The host is off, or its address is wrong.",
        "A router on the way has no route.",
      ],
      lookFirst: "Check one port in the same run that must be open, as for `silence-without-control`.",
    },
  },
  "udp-unreachable": {
    cell: "unreachable",
    message: (facts) => `${saw(facts)}; that does not show whether the port is blocked or the host is gone`,
    advice: noControl,
    explanation: {
      short: 'must be blocked; a UDP "unreachable" cannot show it',
      means: 'The UDP port must be blocked, and an "unreachable" came back.',
      proves: "Something rejected the datagram.",
      doesNotProve:
        "A block of this port. A missing route looks the same, and over UDP a control is not accepted as proof.",
      likelyCauses: [
        'A firewall rejects with an "unreachable".',
        "A router on the way has no route, or the host is off.",
      ],
      lookFirst: 'The rule on the firewall. Only "administratively prohibited" lets a block of UDP pass.',
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
