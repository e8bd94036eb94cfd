import type { Reason } from "../../model/reason.ts";
import { whereRefused, whereUnreachable } from "./icmp-words.ts";
import { whenClosed, whenQuiet } from "./service-hints.ts";
import { serviceAdvices } from "./service-words.ts";
import { commandAt, duration, type Facts, service, target } from "../text/wording.ts";

/** What an advice may know besides the result. */
export interface Context {
  /** File name of the topology as it was given, for commands to copy. */
  topology?: string | undefined;
}

type Advise = (facts: Facts, context: Context) => string | undefined;

const none: Advise = () => undefined;

/** The last hop gives up on ARP after about three seconds; a router's or firewall's error comes at once (facts network §1). */
const unreachable: Advise = (facts) => {
  const { to, from, address, rttMs } = facts;
  return (
    whereUnreachable(facts) ??
    (rttMs !== undefined && rttMs > 2000
      ? `See whether ${to} is up and has the address ${address}: an error that takes ${duration(rttMs)} usually means that nobody on its network answers for it.`
      : `See whether ${to} is up and has the address ${address}; then look at the route from ${from} and for a firewall that rejects with "unreachable".`)
  );
};

const noControl: Advise = ({ to }) =>
  `Check one port of ${to} that must be open in the same run; if it answers, the block is proven.`;

const advices: Record<Reason, Advise> = {
  ...serviceAdvices,
  "handshake-completed": none,
  "service-answered": none,
  "reply-received": none,
  "echo-reply": none,
  "blocked-as-expected": none,
  "path-open-nothing-listens": () =>
    "Nothing to do before the installation; check again with `--stage live` once the service runs.",
  "path-open-other-answers": ({ to, port }) =>
    `See that port ${port ?? ""} of ${to} is free for the installation; check again with \`--stage live\` once the service runs.`,
  "closed-not-blocked": ({ to }) =>
    `If a firewall shall block this, see that its rule comes before ${to}: as soon as a service starts there, the port is open.`,
  "alternative-satisfied": () => "Nothing to do, unless you want this way as well.",
  "answer-from-other-address": ({ to, address }) =>
    `Monitoring drops such replies: make ${to} answer from ${address}, or enter the address that it answers from.`,
  "snmp-credentials-rejected": ({ to }) =>
    `The path is open. Compare user, security level and passwords with those set on ${to}.`,
  "snmp-community-unanswered": ({ to }) =>
    `The path is open. Compare the community and the allowed versions with those set on ${to}, and its access list.`,
  "snmp-user-unanswered": ({ to }) =>
    `The path is open. Compare the privacy password and protocol with those of the user on ${to}: agents drop what they cannot decrypt. Then its access list.`,
  "snmp-object-missing": ({ to }) =>
    `The path and the credentials work. See whether the SNMP view on ${to} includes the system group (1.3.6.1.2.1.1).`,
  "request-unanswered": ({ from, to }) =>
    `The path is open as far as whatever accepted the connection. See on ${to} which program listens there and whether its access list has ${from}.`,
  "absence-is-normal": (facts) =>
    ("tolerated" in facts ? facts.tolerated : undefined) ?? "Nothing to do if the service is meant to be off.",
  "answered-on-second-attempt": ({ from, to }) =>
    `Look for packet loss or an overloaded firewall between ${from} and ${to}, and check again.`,
  "address-family-not-routed": ({ from, to }) =>
    `Give ${from} a route for that family, or take the address out of the name of ${to} if nobody uses it.`,
  "connection-refused": (facts) => whereRefused(facts) ?? whenClosed(facts),
  "port-unreachable": (facts) =>
    facts.protocol === "icmp"
      ? `No host answers an echo request like that: look for a firewall rule that rejects ICMP between ${facts.from} and ${facts.to}.`
      : (whereRefused(facts) ?? whenClosed(facts)),
  "administratively-prohibited": (facts) =>
    facts.evidence.reporter === undefined
      ? `A firewall rejects this: look for a rule on ${facts.to} itself (firewalld rejects like this), then between it and ${facts.from}.`
      : `Look at the firewall rules of ${facts.evidence.reporter === facts.address ? facts.to : facts.evidence.reporter} for ${service(facts)} from ${facts.from} to ${facts.to}.`,
  "host-unreachable": unreachable,
  "no-answer": (facts) =>
    facts.protocol === "icmp"
      ? `See whether ${facts.to} is up. If its other ports answer, a rule drops ICMP echo; then allow it or choose another host check.`
      : whenQuiet(facts),
  "open-not-blocked": (facts) =>
    `Look for the rule that lets ${service(facts)} from ${facts.from} to ${target(facts)} through.`,
  "udp-silence": (facts) =>
    facts.expect === "open"
      ? whenQuiet(facts)
      : `Silence cannot prove a block of UDP: look on ${facts.to} whether datagrams arrive (\`tcpdump\`).`,
  "silence-without-control": noControl,
  "unreachable-without-control": noControl,
  "udp-unreachable": noControl,
  "privilege-missing": () =>
    "Run `sudo setcap cap_net_raw+ep $(readlink -f $(command -v node))`, run as root, or install the `ping` program.",
  "program-missing": () =>
    "Install the `ping` program (Debian: iputils-ping), or let Node send by itself: `sudo setcap cap_net_raw+ep $(readlink -f $(command -v node))`.",
  "descriptors-exhausted": () => "Raise the limit of open files (`ulimit -n 4096`) or lower `--concurrency`.",
  "source-ports-exhausted": () =>
    "Lower `--concurrency` or `--rate`, or wait a minute until the kernel has released the source ports.",
  "name-not-resolved": ({ from, address }) =>
    `Mend the name ${address} in the DNS or hosts file that ${from} uses (\`getent ahosts ${address}\` there), or write the IP address.`,
  "name-resolves-to-self": ({ from, to }) =>
    `See what \`getent ahosts NAME\` says of ${to} on ${from} (/etc/hosts comes first), and mend it or write the IP address. If ${to} is the same machine as ${from}, write its IP address, or declare both \`local\` under \`vantages:\`.`,
  "no-route-here": ({ from, address }) => `Look at the routing table of ${from}: \`ip route get ${address}\`.`,
  "local-firewall": ({ from }) =>
    `Look at the outgoing rules of ${from} itself (\`nft list ruleset\`); the packet never left it.`,
  "vantage-not-opened": ({ from }) =>
    `Try the command under \`vantages: ${from}\` of the topology by hand; its error stands above.`,
  "probe-failed": () => "Run again; if it stays, report it as a bug of portmatrix with this message.",
  "no-vantage": ({ from }, { topology }) =>
    `Run on ${from}: \`${commandAt(from, topology)}\`, or declare under \`vantages:\` how to reach ${from}.`,
  interrupted: () => "Run again to check it.",
};

/** Where to look first; absent for a pass. */
export function adviceFor(facts: Facts, context: Context): string | undefined {
  return advices[facts.reason](facts, context);
}
