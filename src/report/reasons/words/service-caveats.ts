import type { Reason } from "../../../model/reason.ts";
import { serviceRecord } from "../../../model/service.ts";
import { duration, type Facts, target } from "../../text/wording.ts";
import type { ReasonWords } from "../reason-words.ts";
import { answerOf, connected } from "../service-answer.ts";

function validityOf({ evidence: { service } }: Facts): string {
  const { validFrom = "", validTo = "" } = service?.certificate ?? {};
  return `is valid from ${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)} only`;
}

function clockOf({ evidence: { service } }: Facts): string {
  const offsetMs = service?.clockOffsetMs ?? 0;
  return `${(Math.abs(offsetMs) / 1000).toFixed(1)} s ${offsetMs > 0 ? "ahead of" : "behind"}`;
}

/** True for web servers, too: a site's pages are behind them. */
const isOfCheckmk = ({ evidence: { service } }: Facts): boolean =>
  service !== undefined &&
  (serviceRecord(service.name).belongsTo === "checkmk" || service.name === "http" || service.name === "https");

/** The path is open and something answered; what it said, or what another port said, is a caveat. */
export const serviceCaveats = {
  "service-unencrypted": {
    cell: "plain text",
    message: (facts) => `${connected(facts)}, and the service answered in plain text${answerOf(facts)}`,
    advice: ({ to, requirement }) =>
      requirement === "agent"
        ? `Register the agent on ${to} (\`cmk-agent-ctl register\`), or write \`agent: legacy\` if plain text is wanted.`
        : `Switch on TLS for this service on ${to}, if the path is not trusted.`,
    explanation: {
      short: "the service answered, but without encryption",
      means: "The required service answered in plain text, although it can be encrypted.",
      proves: "The path is open, and the service works without encryption.",
      doesNotProve: "That Checkmk accepts it: a site refuses plain text from a host that is registered for TLS.",
      likelyCauses: [
        "The agent controller is not registered yet and is allowed to answer in plain text (legacy mode).",
        "The agent runs without its controller, through xinetd or a systemd socket.",
        "Encryption is switched off for this service.",
      ],
      lookFirst:
        "For an agent: `cmk-agent-ctl status` on the host; register it, or write `agent: legacy` if plain text is wanted.",
    },
  },
  "service-needs-secret": {
    cell: "secret",
    message: (facts) => `${connected(facts)}, and the agent answered, encrypted with a shared secret${answerOf(facts)}`,
    advice: ({ to }) => `The path is open. Better register ${to} for TLS than share a secret.`,
    explanation: {
      short: "the agent answers encrypted with a shared secret",
      means: "The agent answered with output that is encrypted with a passphrase, the way of agents without TLS.",
      proves: "The path is open, and a Checkmk agent answers.",
      doesNotProve: "That the site knows the passphrase.",
      likelyCauses: ["The host has an encryption rule of the time before the agent controller."],
      lookFirst: "The rule for symmetric encryption in Checkmk; registering the host for TLS is the way out of it.",
    },
  },
  "service-refuses": {
    cell: "refuses",
    message: (facts) =>
      `${facts.from} reached ${target(facts)}, which answered that it does not serve this client${answerOf(facts)}`,
    advice: ({ from, to }) =>
      `The path is open. The words above are the service's own: see on ${to} which clients it serves, and whether ${from} is one of them.`,
    explanation: {
      short: "the service answered, and refuses to serve",
      means:
        "The service itself answered with a refusal, for example SMTP 554 or a proxy's 407. The message quotes it.",
      proves: "The path is open all the way to the service.",
      doesNotProve: "That it refuses the real client: that one may have a login, or another name.",
      likelyCauses: [
        "The sender is not in the list of clients that it serves.",
        "A login is needed that portmatrix does not have.",
        "The service is overloaded, or serves nobody for the moment.",
      ],
      lookFirst: "The words of the service in the message, then its log and its lists of clients.",
    },
  },
  "service-slow": {
    cell: "slow",
    message: (facts) =>
      `${connected(facts)}, and the service answered, but only after ${duration(facts.evidence.service?.waitedMs ?? 0)}${answerOf(facts)}`,
    advice: ({ to }) => `The path is open. See on ${to} what takes so long; the real client may not wait for it.`,
    explanation: {
      short: "the service answered, but let this side wait for long",
      means: "The answer is the right one, and it came after more than five seconds (a mail server: thirty).",
      proves: "The path is open and the service works.",
      doesNotProve: "That the real client waits as long.",
      likelyCauses: [
        "An agent in plain text collects before it speaks.",
        "The host is overloaded, or a name server does not answer it.",
      ],
      lookFirst: "On the target: what takes so long.",
    },
  },
  "service-not-ready": {
    cell: "not ready",
    message: (facts) => `${facts.from} reached ${target(facts)}, which is not ready to serve${answerOf(facts)}`,
    advice: (facts) =>
      isOfCheckmk(facts)
        ? `The path is open. Start the service on ${facts.to} (\`omd status\` for a site).`
        : `The path is open. See on ${facts.to} whether the service has started, and its log.`,
    explanation: {
      short: "the path is open, but the service is not ready to serve",
      means: "Something in the place of the service said that it cannot serve now, for example HTTP 502, 503 or 504.",
      proves: "The path is open all the way to something that knows the service.",
      doesNotProve: "That the service works once it is started.",
      likelyCauses: [
        "The Checkmk site is stopped: its system Apache then answers 503.",
        "The service is starting, overloaded, or refuses strangers for the moment.",
        "For NTP: the server has no time of its own yet, or asks for fewer requests.",
      ],
      lookFirst: "The state of the service on the target: `omd status SITE` for a site.",
    },
  },
  "unexpected-answer": {
    cell: "odd answer",
    message: (facts) =>
      facts.protocol === "udp"
        ? `${facts.from} got a datagram from ${target(facts)}, but it is no answer to what ${facts.service} was asked${answerOf(facts)}`
        : `${connected(facts)}, but the answer is not the one that ${facts.service} gives${answerOf(facts)}`,
    advice: (facts) =>
      isOfCheckmk(facts)
        ? `The path is open. See what answers on ${facts.to}: a proxy, a login page or a site of another name.`
        : `The path is open. See which program answers on ${facts.to}, and whether the address leads to the right machine.`,
    explanation: {
      short: "the protocol is right, the answer is not the expected one",
      means:
        "The service speaks the right protocol, but gave another answer than the question has. The message shows it.",
      proves: "The path is open, and something that speaks the protocol answers.",
      doesNotProve: "That it is the required service, or that it is configured as Checkmk needs it.",
      likelyCauses: [
        "A login page, a proxy or another web server answers in place of the Checkmk site.",
        "The site has another name than in the topology.",
        "The service is of a version that answers differently.",
      ],
      lookFirst: "Ask the same address by hand, with `curl -vk` for example, and compare.",
    },
  },
  "certificate-expired": {
    cell: "expired",
    message: (facts) =>
      `${connected(facts)}, and the service answered with a certificate that ${validityOf(facts)}${answerOf(facts)}`,
    advice: ({ from, to }) => `Renew the certificate on ${to}, or set the clock of ${from} right.`,
    explanation: {
      short: "the service answered with a certificate out of date",
      means: "The service answered, and its certificate is not valid at this time.",
      proves: "The path is open, and the service answers.",
      doesNotProve: "That clients accept it: most refuse it.",
      likelyCauses: ["The certificate has not been renewed.", "The clock of one of the two machines is wrong."],
      lookFirst: "The dates of the certificate in the evidence, and the clock of the machine that sent.",
    },
  },
  "clock-differs": {
    cell: "clock",
    message: (facts) =>
      `${facts.from} got the time from ${target(facts)}, which is ${clockOf(facts)} the clock of ${facts.from}`,
    advice: ({ from }) => `Set the clock of ${from} (\`chronyc tracking\`, \`timedatectl\`).`,
    explanation: {
      short: "the time server answered; the two clocks differ",
      means: "The NTP server answered, and its clock and the clock of the sender are more than a second apart.",
      proves: "The path is open, and a time server answers.",
      doesNotProve: "Which of the two clocks is wrong.",
      likelyCauses: [
        "The sender does not use this time server yet.",
        "A virtual machine was suspended, or its host's clock is wrong.",
      ],
      lookFirst: "`chronyc tracking` or `timedatectl` on the machine that sent.",
    },
  },
  "everything-open": {
    cell: "all open",
    message: (facts) =>
      `${connected(facts)}, but port ${facts.evidence.canary?.port ?? "nobody should hold"} of the same address, which is in no list, accepts connections as well`,
    advice: ({ from, to }) =>
      `Something between ${from} and ${to} accepts every connection: ask the service with its own client before you trust this.`,
    explanation: {
      short: "this port is open, but so is one that nobody should hold",
      means:
        "The TCP handshake was completed. A port of the same address that appears nowhere in the topology was asked as well, and it accepted too.",
      proves: "Something answers for this address on ports that it should not have.",
      doesNotProve: "That the required service is there: whatever accepts everything would have accepted this as well.",
      likelyCauses: [
        "A firewall answers handshakes itself (SYN proxy, TCP intercept, proxy mode).",
        "Security software on the sending machine intercepts connections.",
        "A honeypot or tarpit has the address.",
        "By accident a program holds the port that was chosen as the control.",
      ],
      lookFirst: "Ask the service with its own client, or check with portmatrix from another node.",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
