import type { Reason } from "../../../model/reason.ts";
import type { Arrival } from "../../../model/run/responder.ts";
import { type Facts, listed, service, target } from "../../text/wording.ts";
import type { ReasonWords } from "../reason-words.ts";
import { saw } from "../saw.ts";

const arrivalsOf = ({ evidence }: Facts): readonly Arrival[] => evidence.farEnd?.arrivals ?? [];
const holdersOf = ({ evidence }: Facts): string => {
  const { holders, boundTo } = evidence.farEnd ?? {};
  const who = holders === undefined ? "another program" : listed(holders);
  return boundTo === undefined ? who : `${who} (${listed(boundTo)})`;
};

/** ` at 10:00:01 UTC from 10.0.0.7:54321 with 63 hops left`: what arrived first. */
function firstOf(facts: Facts): string {
  const [first] = arrivalsOf(facts);
  if (first === undefined) return "";
  const ttl = first.ttl === undefined ? "" : ` with time to live ${first.ttl}`;
  const from = first.from.includes(":") ? `[${first.from}]` : first.from;
  return ` at ${first.at.slice(11, 19)} UTC from ${from}:${first.fromPort}${ttl}`;
}

/** Why the kernel's tables decide nothing. */
function whatCounted({ evidence, to }: Facts): string {
  const datagrams = evidence.farEnd?.counted?.datagrams;
  if (datagrams === undefined || datagrams === 0) return "no table there shows whether it arrived";
  const many = datagrams === 1 ? "1 datagram" : `${datagrams} datagrams`;
  return `the kernel of ${to} counted ${many} of all senders meanwhile, which does not show whether it was among them`;
}

/** What the network changed on the way. */
function translation(facts: Facts): string {
  const { localAddress, responder } = facts.evidence;
  const moved = arrivalsOf(facts).find(({ askedAddress, askedPort }) => (askedAddress ?? askedPort) !== undefined);
  const source =
    responder?.seenAddress !== undefined && localAddress !== undefined && responder.seenAddress !== localAddress
      ? [`it left from ${localAddress} and arrived from ${responder.seenAddress}`]
      : [];
  const destination =
    moved === undefined
      ? []
      : [
          `it was sent to ${moved.askedAddress ?? moved.address} port ${moved.askedPort ?? moved.port} and arrived at ${moved.address} port ${moved.port}`,
        ];
  return [...source, ...destination].join(", and ") || "its addresses were changed on the way";
}

/** What somebody at the other end of a flow saw: a responder, or the kernel there. */
export const farEnd = {
  "responder-answered": {
    cell: "proven",
    message: (facts) =>
      `${facts.from} asked ${target(facts)}, the responder on ${facts.to} received it and its answer came back`,
    explanation: {
      short: "the responder at the other end received it and answered",
      means:
        "No service had the port, so a responder held it on the target (`check --responders`, `portmatrix listen`). It received the request of this run and its answer came back.",
      proves: "The way to this port and the way back are open for this sender.",
      doesNotProve: "That a service will listen there later.",
      likelyCauses: [],
      lookFirst: "Nothing to do.",
    },
  },
  "arrived-at-service": {
    cell: "arrived",
    message: (facts) =>
      `${saw(facts)}, as nobody gets one from there, and the kernel of ${facts.to} saw it arrive${firstOf(facts)}; ${holdersOf(facts)} has the port`,
    explanation: {
      short: "a service that answers nobody, and its kernel saw it arrive",
      means:
        "A service that answers nobody has the port. The table of tracked connections of the target has the flow of this run, which only enters it behind the rules of the target's own firewall.",
      proves: "The datagram of this run reached the target and passed its firewall.",
      doesNotProve: "That the service read it.",
      likelyCauses: [],
      lookFirst: "Nothing to do.",
    },
  },
  "counted-at-service": {
    cell: "counted",
    message: (facts) =>
      `${saw(facts)}, as nobody gets one from there; the kernel of ${facts.to} counted just then exactly as many datagrams as were sent (${facts.evidence.farEnd?.counted?.sent ?? 1}), and no other; ${holdersOf(facts)} has the port`,
    advice: (facts) =>
      `Most likely it arrived. A datagram of another sender to any port of ${facts.to} would have been counted as well; for a proof stop the service for a minute and check ${service(facts)} again with \`--responders ${facts.to}\`.`,
    explanation: {
      short: "answers nobody, and its kernel counted a datagram just then",
      means:
        "A service that answers nobody has the UDP port. While the probe was under way nothing else of this run was sent to that machine, and the kernel's count of datagrams there (/proc/net/snmp) rose by exactly as many as were sent, from when the first was.",
      proves: "As many datagrams came to sockets of the target as were sent, and when they were.",
      doesNotProve: "That it was these: the count is of all senders and all ports.",
      likelyCauses: ["The datagram arrived and the service took it, as syslog and SNMP traps do."],
      lookFirst: "For a proof, stop the service for a minute and check again with a responder.",
    },
  },
  "service-not-accepting": {
    cell: "queue full",
    message: (facts) =>
      `${saw(facts)}; ${holdersOf(facts)} on ${facts.to} has the port and does not accept: ${facts.evidence.farEnd?.waiting ?? 1} ${
        (facts.evidence.farEnd?.waiting ?? 1) === 1 ? "connection waits" : "connections wait"
      } there`,
    advice: ({ to }) =>
      `Look at the service on ${to} before any firewall: it listens and accepts nothing. Restart it, or see what it waits for.`,
    explanation: {
      short: "the service listens but accepts nothing; its queue may be full",
      means:
        "A service at the target has the port. Each time that the kernel's table was looked at, connections waited there to be accepted. A listener whose queue is full takes no more first packets and leaves no trace of them.",
      proves: "The service did not take the connections that wait there.",
      doesNotProve: "That the way is open: from here a full queue and a firewall that drops look the same.",
      likelyCauses: [
        "The service hangs or is stopped (SIGSTOP, a debugger, a full disk).",
        "More connections come than it can take.",
      ],
      lookFirst: "The service: its state, its log, and `ss -ltn`, where Recv-Q is the number that waits.",
    },
  },
  "address-translated": {
    cell: "translated",
    message: (facts) =>
      `${facts.from} asked ${target(facts)}, the responder on ${facts.to} received it and its answer came back, but ${translation(facts)}`,
    advice: ({ to }) =>
      `The way works. See that what ${to} allows by address (\`only_from\`, access lists) names the address that arrives there.`,
    explanation: {
      short: "the way works, and an address is translated on it",
      means:
        "The responder at the target answered, but the request arrived from another address than it left from, or at another one than it was sent to.",
      proves: "The way there and back is open, and something on it translates addresses.",
      doesNotProve: "That the service will accept the address that it sees.",
      likelyCauses: ["A router or firewall between the two translates addresses (NAT).", "The port is forwarded."],
      lookFirst: "Access lists at the target that name addresses: they need the one that arrives.",
    },
  },
  "reply-lost": {
    cell: "reply lost",
    message: (facts) => `${saw(facts)}, although it arrived on ${facts.to}${firstOf(facts)}`,
    advice: (facts) =>
      `Look at the way back, from ${facts.to} to ${facts.from}: outgoing rules on ${facts.to}, a firewall that sees one direction only, a missing route to ${arrivalsOf(facts)[0]?.from ?? facts.from}.`,
    explanation: {
      short: "it arrived at the other end, and the answer was lost",
      means:
        "The request of this run arrived at the target: a responder received it, or the kernel there has its half of the handshake. No answer came back.",
      proves: "The way to the target is open for this sender. The way back is not.",
      doesNotProve: "Where on the way back the answer was lost.",
      likelyCauses: [
        "Outgoing rules of the target drop the answer.",
        "The answer takes another way than the request (asymmetric routing), on which a stateful firewall drops it.",
        "The target has no route to the sender, or its reverse path filter differs.",
        "Where a service has the port: it did not answer.",
      ],
      lookFirst: "The outgoing rules and the routing table of the target.",
    },
  },
  "path-blocked": {
    cell: "not arrived",
    message: (facts) =>
      `${saw(facts)}, and nothing arrived on ${facts.to}, where ${
        facts.evidence.farEnd?.state === "in-use" ? `${holdersOf(facts)} has the port` : "a responder held the port"
      }${facts.evidence.farEnd?.counted === undefined ? "" : ", and the kernel counted no datagram at all meanwhile"}`,
    advice: (facts) =>
      `Look between ${facts.from} and ${facts.to} for a rule about ${service(facts)}: outgoing rules of ${facts.from}, firewalls on the way, incoming rules of ${facts.to}.`,
    explanation: {
      short: "it did not arrive at the other end, where somebody listened",
      means:
        "Somebody listened at the target: a responder, or a service while the kernel's tables were watched. What this sender sent did not arrive there.",
      proves: "It was dropped or rejected before it reached the socket: a missing service is not the cause.",
      doesNotProve: "Which firewall it was. Incoming rules of the target itself come before its sockets, too.",
      likelyCauses: [
        "A firewall between the two drops or rejects it.",
        "Incoming rules of the target do.",
        "Outgoing rules of the sender do.",
        "A route leads it somewhere else.",
      ],
      lookFirst: "The firewalls on the way, by their counters or logs; then the incoming rules of the target.",
    },
  },
  "accepted-on-the-way": {
    cell: "intercepted",
    message: (facts) =>
      `${saw(facts)}, but it was not the responder on ${facts.to}, which held the port and saw nothing of it`,
    advice: ({ from, to }) =>
      `Look between ${from} and ${to} for what accepts connections in its place: a proxy, a load balancer, a firewall that protects against floods; or for another machine that has the address.`,
    explanation: {
      short: "somebody else than the responder at the port answered",
      means:
        "A responder held the port at the target. Something completed the handshake or answered, and it was not that responder, which received nothing.",
      proves: "Something that is not the target answers for this address and port.",
      doesNotProve: "That the way behind it is closed for good.",
      likelyCauses: [
        "A proxy, load balancer or intrusion prevention system accepts connections on behalf of the target.",
        "The address belongs to another machine, or is forwarded to one.",
      ],
      lookFirst: "What on the way accepts connections; then the address in the topology.",
    },
  },
  "service-not-running": {
    cell: "not running",
    message: (facts) =>
      `nobody listened at ${target(facts)}; a responder in its place received what ${facts.from} sent and its answer came back`,
    advice: ({ to }) => `The way is open. Start the service on ${to}, or see why it does not listen there.`,
    explanation: {
      short: "the way is proven, and no service listens there",
      means:
        "The stage is `live`, and no service had the port. A responder that held it for the time of the probe received the request, and its answer came back.",
      proves: "The way there and back is open. The service does not listen on this address and port.",
      doesNotProve: "Why the service is not there.",
      likelyCauses: [
        "The service is not started or not installed.",
        "It listens on another port or on another address.",
      ],
      lookFirst: "The service on the target: its state, its port and the address it listens on.",
    },
  },
  "service-loopback-only": {
    cell: "loopback",
    message: (facts) =>
      `the service of ${target(facts)} listens on loopback only: ${holdersOf(facts)}; a responder at that address received what ${facts.from} sent and its answer came back`,
    advice: ({ to, address }) => `The way is open. Let the service on ${to} listen on ${address} as well.`,
    explanation: {
      short: "the way is proven, and the service listens on loopback only",
      means:
        "The stage is `live`. A service of the target has the port on its loopback address alone. A responder that held it on the wanted address received the request, and its answer came back.",
      proves: "The way there and back is open. The service cannot be reached from another machine.",
      doesNotProve: "That the program on loopback is the service that is wanted.",
      likelyCauses: ["The service is configured to listen on 127.0.0.1 or ::1, as snmpd is on Debian."],
      lookFirst: "The listening address in the configuration of the service.",
    },
  },
  "held-by-service": {
    cell: "in use",
    message: (facts) =>
      `${saw(facts)}; ${holdersOf(facts)} on ${facts.to} has the port and answers nobody, and ${whatCounted(facts)}`,
    advice: (facts) =>
      `Stop the service on ${facts.to} for a minute and check ${service(facts)} again with \`--responders ${facts.to}\`: then a responder proves the way.`,
    explanation: {
      short: "a service has the UDP port; nothing shows what arrived",
      means:
        "A service at the target has the port, so no responder could hold it. It did not answer, and the tables of the kernel that could be read have nothing of the datagram.",
      proves: "Something listens on the port.",
      doesNotProve: "That the datagram arrived, or that it did not: a service that reads at once leaves no trace.",
      likelyCauses: [
        "The service took the datagram and has nothing to say, as syslog and SNMP traps do.",
        "A firewall drops the datagram.",
        "The question was not one that this service answers.",
      ],
      lookFirst: "Stop the service for a minute and check again with a responder.",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
