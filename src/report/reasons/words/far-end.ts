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
  if (datagrams === undefined || datagrams === 0) return "no kernel table there shows whether it arrived";
  const many = datagrams === 1 ? "1 datagram" : `${datagrams} datagrams`;
  return `the kernel of ${to} counted ${many} from all senders meanwhile, which does not show whether it was among them`;
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
        "No service used the port, so a responder held it on the target (`check --responders`, `portmatrix listen`). It received the request of this run and its answer came back.",
      proves: "The path to this port and the return path are open for this sender.",
      doesNotProve: "That a service will listen there later.",
      likelyCauses: [],
      lookFirst: "Nothing to do.",
    },
  },
  "arrived-at-service": {
    cell: "arrived",
    message: (facts) =>
      `${saw(facts)}, which is normal for this service, and the kernel of ${facts.to} saw it arrive${firstOf(facts)}; ${holdersOf(facts)} uses the port`,
    explanation: {
      short: "the service never answers, but its kernel saw the datagram arrive",
      means:
        "A service that never answers uses the port. The connection tracking table of the target has the flow of this run, and a flow enters it only after it has passed the rules of the target's own firewall.",
      proves: "The datagram of this run reached the target and passed its firewall.",
      doesNotProve: "That the service read it.",
      likelyCauses: [],
      lookFirst: "Nothing to do.",
    },
  },
  "counted-at-service": {
    cell: "counted",
    message: (facts) =>
      `${saw(facts)}, which is normal for this service; the kernel of ${facts.to} counted at that moment exactly as many datagrams as were sent (${facts.evidence.farEnd?.counted?.sent ?? 1}), and no other; ${holdersOf(facts)} uses the port`,
    advice: (facts) =>
      `Most likely it arrived. A datagram from another sender to any port of ${facts.to} would have been counted as well; to prove it, stop the service for a minute and check ${service(facts)} again with \`--responders ${facts.to}\`.`,
    explanation: {
      short: "it never answers; the target's kernel counted a datagram just then",
      means:
        "A service that never answers uses the UDP port. While the probe was in flight nothing else of this run was sent to that machine, and from the first datagram on the kernel's count of datagrams there (/proc/net/snmp) rose by exactly as many as were sent.",
      proves: "Sockets of the target received as many datagrams as were sent, at the time when they were sent.",
      doesNotProve: "That it was these: the kernel counts all senders and all ports together.",
      likelyCauses: ["The datagram arrived and the service read it, as receivers of syslog and SNMP traps do."],
      lookFirst: "To prove it, stop the service for a minute and check again with a responder.",
    },
  },
  "service-not-accepting": {
    cell: "queue full",
    message: (facts) =>
      `${saw(facts)}; ${holdersOf(facts)} on ${facts.to} uses the port and does not accept: ${facts.evidence.farEnd?.waiting ?? 1} ${
        (facts.evidence.farEnd?.waiting ?? 1) === 1 ? "connection waits" : "connections wait"
      } there`,
    advice: ({ to }) =>
      `Look at the service on ${to} before any firewall: it listens but accepts nothing. Restart it, or see what it waits for.`,
    explanation: {
      short: "the service listens but accepts nothing; its queue may be full",
      means:
        "A service at the target uses the port. Each time the kernel's table was read, connections were waiting to be accepted. A listener whose queue is full drops further SYNs and leaves no trace of them.",
      proves: "The service did not accept the waiting connections.",
      doesNotProve: "That the path is open: a full queue and a firewall that drops look the same from here.",
      likelyCauses: [
        "The service hangs or is stopped (SIGSTOP, a debugger, a full disk).",
        "It gets more connections than it can accept.",
      ],
      lookFirst: "The service: its state, its log, and `ss -ltn`, where Recv-Q is the number of waiting connections.",
    },
  },
  "address-translated": {
    cell: "translated",
    message: (facts) =>
      `${facts.from} asked ${target(facts)}, the responder on ${facts.to} received it and its answer came back, but ${translation(facts)}`,
    advice: ({ to }) =>
      `The path is open. Make sure that the address lists on ${to} (\`only_from\`, access lists) contain the address that arrives there.`,
    explanation: {
      short: "the path is open, and an address is translated on it",
      means:
        "The responder at the target answered, but the request arrived from another address than it left from, or at another one than it was sent to.",
      proves: "The path is open in both directions, and something on it translates addresses.",
      doesNotProve: "That the service will accept the address that it sees.",
      likelyCauses: ["A router or firewall between the two translates addresses (NAT).", "The port is forwarded."],
      lookFirst: "Access lists at the target: they need the address that arrives.",
    },
  },
  "reply-lost": {
    cell: "reply lost",
    message: (facts) => `${saw(facts)}, although it arrived on ${facts.to}${firstOf(facts)}`,
    advice: (facts) =>
      `Look at the return path, from ${facts.to} to ${facts.from}: outgoing rules on ${facts.to}, a firewall that sees one direction only, a missing route to ${arrivalsOf(facts)[0]?.from ?? facts.from}.`,
    explanation: {
      short: "it arrived at the other end, but the reply was lost",
      means:
        "The request of this run arrived at the target: a responder received it, or the kernel there has its half of the handshake. The sender got no reply.",
      proves: "The path to the target is open for this sender. The return path is not.",
      doesNotProve: "Where on the return path the reply was lost.",
      likelyCauses: [
        "Outgoing rules of the target drop the answer.",
        "The reply takes another path than the request (asymmetric routing), and a stateful firewall drops it there.",
        "The target has no route to the sender, or its reverse path filter differs.",
        "If a service uses the port: it did not answer.",
      ],
      lookFirst: "The outgoing rules and the routing table of the target.",
    },
  },
  "path-blocked": {
    cell: "not arrived",
    message: (facts) =>
      `${saw(facts)}, and nothing arrived on ${facts.to}, where ${
        facts.evidence.farEnd?.state === "in-use" ? `${holdersOf(facts)} uses the port` : "a responder held the port"
      }${facts.evidence.farEnd?.counted === undefined ? "" : ", and the kernel counted no datagram at all meanwhile"}`,
    advice: (facts) =>
      `Look between ${facts.from} and ${facts.to} for a rule about ${service(facts)}: outgoing rules of ${facts.from}, firewalls on the way, incoming rules of ${facts.to}.`,
    explanation: {
      short: "it did not arrive at the other end, where something listened",
      means:
        "Something listened at the target: a responder, or a service while the kernel's tables were read. What this sender sent did not arrive there.",
      proves: "It was dropped or rejected before it reached the socket: a missing service is not the cause.",
      doesNotProve:
        "Which firewall it was. It may also be the target's own: its incoming rules come before its sockets.",
      likelyCauses: [
        "A firewall between the two nodes drops or rejects it.",
        "Incoming rules of the target do.",
        "Outgoing rules of the sender do.",
        "A route sends it to another place.",
      ],
      lookFirst: "The firewalls on the way, by their counters or logs; then the incoming rules of the target.",
    },
  },
  "accepted-on-the-way": {
    cell: "intercepted",
    message: (facts) =>
      `${saw(facts)}, but it was not the responder on ${facts.to}, which held the port and saw nothing of it`,
    advice: ({ from, to }) =>
      `Look between ${from} and ${to} for what accepts connections on its behalf: a proxy, a load balancer, a firewall with flood protection; or for another machine that has the address.`,
    explanation: {
      short: "something other than the responder answered on the port",
      means:
        "A responder held the port at the target. Something completed the handshake or answered, and it was not that responder, which received nothing.",
      proves: "Something that is not the target answers for this address and port.",
      doesNotProve: "That the path behind it is closed.",
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
      `nothing listened at ${target(facts)}; a responder on that port received what ${facts.from} sent and its answer came back`,
    advice: ({ to }) => `The path is open. Start the service on ${to}, or see why it does not listen there.`,
    explanation: {
      short: "the path is proven, and no service listens there",
      means:
        "The stage is `live`, and no service used the port. A responder that held it for the time of the probe received the request, and its answer came back.",
      proves: "The path is open in both directions. The service does not listen on this address and port.",
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
    advice: ({ to, address }) => `The path is open. Let the service on ${to} listen on ${address} as well.`,
    explanation: {
      short: "the path is proven, and the service listens on loopback only",
      means:
        "The stage is `live`. A service of the target uses the port on its loopback address only. A responder that held it on the required address received the request, and its answer came back.",
      proves: "The path is open in both directions. The service cannot be reached from another machine.",
      doesNotProve: "That the program on loopback is the required service.",
      likelyCauses: ["The service is configured to listen on 127.0.0.1 or ::1, as snmpd is on Debian."],
      lookFirst: "The listening address in the configuration of the service.",
    },
  },
  "held-by-service": {
    cell: "in use",
    message: (facts) =>
      `${saw(facts)}; ${holdersOf(facts)} on ${facts.to} uses the port and never answers, and ${whatCounted(facts)}`,
    advice: (facts) =>
      `Stop the service on ${facts.to} for a minute and check ${service(facts)} again with \`--responders ${facts.to}\`: then a responder proves the path.`,
    explanation: {
      short: "a service uses the UDP port; nothing shows what arrived",
      means:
        "A service at the target uses the port, so no responder could hold it. It did not answer, and the kernel tables that could be read show nothing of the datagram.",
      proves: "Something listens on the port.",
      doesNotProve: "That the datagram arrived, or that it did not: a service that reads at once leaves no trace.",
      likelyCauses: [
        "The service read the datagram and does not reply, as receivers of syslog and SNMP traps do.",
        "A firewall drops the datagram.",
        "The service does not answer this request.",
      ],
      lookFirst: "Stop the service for a minute and check again with a responder.",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
