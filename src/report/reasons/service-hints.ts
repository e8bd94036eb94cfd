import { type Facts, service } from "../text/wording.ts";

/** What to look at on the listening side of one kind of service. */
interface Hint {
  /** Requirement ids of the catalogs, or a port where a topology's own requirement uses it. */
  matches: RegExp | number;
  /** The port is closed: why that service may not listen. */
  closed?: (facts: Facts) => string;
  /** Nothing came back: what, besides a firewall, keeps that service quiet. */
  quiet?: (facts: Facts) => string;
}

const site = (key: string) => `\`omd config SITE show ${key}\``;

/** Ports and requirements with a place of their own to look at; sources in docs/notes/listening.md. */
const hints: readonly Hint[] = [
  {
    matches: /^(agent-registration|agent-receiver|relay-data)$/,
    closed: ({ to, port }) =>
      `On ${to}, see whether the site runs and its agent receiver is on (${site("AGENT_RECEIVER")}, ${site("AGENT_RECEIVER_PORT")}); in a container, whether port ${port} is published.`,
  },
  {
    matches: /^agent$/,
    closed: ({ to }) =>
      `On ${to}, run \`cmk-agent-ctl status\`: a controller that is not registered, or registered for push, does not listen; without a controller, see whether the agent's socket is active.`,
    quiet: ({ to }) => `The agent's own list of allowed addresses (\`IPAddressAllow\`) on ${to} also drops silently.`,
  },
  {
    matches: /^(livestatus)$/,
    closed: ({ to }) => `On ${to}, Livestatus over TCP is off by default: ${site("LIVESTATUS_TCP")}.`,
  },
  {
    matches: /^event-console-status$/,
    closed: ({ to }) =>
      `On ${to}, the Event Console opens this port only after it is set in its global settings; the default is a local socket.`,
  },
  {
    matches: /^notification-spooler$/,
    closed: ({ to }) =>
      `On ${to}, the notification spooler listens only if it is set to accept incoming connections; only one of the two sides needs to.`,
  },
  {
    matches: /^message-broker$/,
    closed: ({ to }) => `On ${to}, look at the broker's port: ${site("RABBITMQ_PORT")}; each further site has its own.`,
  },
  {
    matches: /^site-apache$/,
    closed: ({ to }) =>
      `On ${to}, see whether the site runs (\`omd status\`) and which port it has: ${site("APACHE_TCP_PORT")}.`,
  },
  {
    matches: /^(web|sync|bakery|relay)-https?$/,
    closed: ({ to, port }) =>
      `On ${to}, see whether the web server runs and listens on ${port} (\`ss -tln\`)${port === 443 ? "; HTTPS must be set up by hand there" : ""}.`,
  },
  {
    matches: /^snmp-trap$/,
    closed: ({ to }) =>
      `On ${to}, the Event Console receives traps only if that is enabled: ${site("MKEVENTD_SNMPTRAP")}.`,
    quiet: () => "A trap receiver never answers, so only the Event Console itself can show that a trap arrives.",
  },
  {
    matches: /^syslog-(tcp|udp)$/,
    closed: ({ to, protocol }) =>
      `On ${to}, the Event Console receives syslog only if that is enabled: ${site(protocol === "tcp" ? "MKEVENTD_SYSLOG_TCP" : "MKEVENTD_SYSLOG")}.`,
    quiet: () =>
      "A syslog receiver never answers over UDP, so only the Event Console itself can show that a message arrives.",
  },
  {
    matches: /^real-time-checks$/,
    quiet: () => "The receiver of real-time checks never answers, so silence is the usual result.",
  },
  {
    matches: /^snmp$/,
    closed: ({ to }) => `On ${to}, see whether the SNMP agent runs and listens on this address, not only on loopback.`,
    quiet: ({ to }) =>
      `An SNMP agent is also silent for a wrong community or version, or an address that is not in its list: compare the community and the access list on ${to} before you suspect a firewall.`,
  },
  {
    matches: /^drbd$/,
    closed: () => "DRBD listens only while it waits for its partner: a connected pair refuses further connections.",
  },
  { matches: /^corosync/, quiet: () => "Corosync answers only members with its key, so silence is the usual result." },
  { matches: 161, quiet: () => "An SNMP agent is also silent for a wrong community." },
];

const hintFor = ({ requirement, port }: Facts): Hint | undefined =>
  hints.find(({ matches }) => (typeof matches === "number" ? matches === port : matches.test(requirement)));

/** Where to look when the port is closed; blames neither the service nor a firewall that rejects. */
export function whenClosed(facts: Facts): string {
  const { from, to, service: name, protocol } = facts;
  const list = `ss -${protocol === "udp" ? "u" : "t"}ln`;
  const own =
    hintFor(facts)?.closed?.(facts) ?? `On ${to}, see whether ${name} runs and listens on this address (\`${list}\`).`;
  return from === to ? own : `${own} If it listens, a firewall on the way rejects on its behalf.`;
}

/** Where to look when nothing came back; a firewall is one place among others. */
export function whenQuiet(facts: Facts): string {
  const own = hintFor(facts)?.quiet?.(facts);
  if (facts.protocol === "udp") return `${own ?? udpWay(facts)} ${way(facts)}`;
  return own === undefined ? way(facts) : `${way(facts)} ${own}`;
}

/** The places on the way, nearest to the listening side first, where that side is ours to look at. */
function way(facts: Facts): string {
  const { from, to, address } = facts;
  if (from === to) return `Look for a rule on ${to} that drops traffic of the machine to itself.`;
  const drop = `Look for a rule that drops ${service(facts)} from ${from} to ${to === address ? to : `${to} (${address})`}`;
  if (to === address)
    return `${drop}: on ${from}, then on each firewall towards it; then see whether the service is up.`;
  return `${drop}: in the outgoing rules of ${from}, on ${to} itself, then on each firewall between; then look at the return path.`;
}

const udpWay = ({ to }: Facts): string =>
  `Many UDP services answer only valid requests: look on ${to} whether datagrams arrive (\`tcpdump\`).`;

/** The advice where a service is missing that is not installed yet. */
export const nothingToDoYet =
  "Nothing to do before the installation; check again with `--stage live` once the service runs.";
