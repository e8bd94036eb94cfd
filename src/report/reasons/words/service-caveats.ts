import type { Reason } from "../../../model/reason.ts";
import { serviceRecord } from "../../../model/service.ts";
import { daysOf } from "../../text/certificate-days.ts";
import { duration, type Facts, target } from "../../text/wording.ts";
import type { ReasonWords } from "../reason-words.ts";
import { answerOf, connected } from "../service-answer.ts";

const validityOf = ({ evidence: { service } }: Facts): string => `is valid ${daysOf(service?.certificate ?? {})} only`;

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
        ? `Register the agent on ${to} (\`cmk-agent-ctl register\`), or write \`agent: legacy\` if plain text is intended.`
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
        "For an agent: `cmk-agent-ctl status` on the host; register it, or write `agent: legacy` if plain text is intended.",
    },
  },
  "service-needs-secret": {
    cell: "secret",
    message: (facts) => `${connected(facts)}, and the agent answered, encrypted with a shared secret${answerOf(facts)}`,
    advice: ({ to }) => `The path is open. Registering ${to} for TLS is better than a shared secret.`,
    explanation: {
      short: "the agent answers encrypted with a shared secret",
      means: "The agent's output is encrypted with a passphrase, as agents without TLS do it.",
      proves: "The path is open, and a Checkmk agent answers.",
      doesNotProve: "That the site knows the passphrase.",
      likelyCauses: ["The host has an encryption rule from before the agent controller."],
      lookFirst: "The rule for symmetric encryption in Checkmk; register the host for TLS to replace it.",
    },
  },
  "service-refuses": {
    cell: "refuses",
    message: (facts) =>
      `${facts.from} reached ${target(facts)}, which answered that it does not serve this client${answerOf(facts)}`,
    advice: ({ from, to }) =>
      `The path is open. The text above is from the service itself: see on ${to} which clients it serves, and whether ${from} is one of them.`,
    explanation: {
      short: "the service answered, and refuses to serve",
      means:
        "The service itself answered with a refusal, for example SMTP 554 or a proxy's 407. The message quotes it.",
      proves: "The path is open all the way to the service.",
      doesNotProve: "That it refuses the real client, which may have a login or another name.",
      likelyCauses: [
        "The sender is not in the list of clients that it serves.",
        "A login is needed that portmatrix does not have.",
        "The service is overloaded, or refuses all clients at the moment.",
      ],
      lookFirst: "The text from the service in the message, then its log and its lists of clients.",
    },
  },
  "service-slow": {
    cell: "slow",
    message: (facts) =>
      `${connected(facts)}, and the service answered, but only after ${duration(facts.evidence.service?.waitedMs ?? 0)}${answerOf(facts)}`,
    advice: ({ to }) => `The path is open. Check on ${to} what takes so long; the real client may not wait for it.`,
    explanation: {
      short: "the service answered, but only after a long time",
      means: "The answer is correct, but it took more than five seconds (a mail server: thirty).",
      proves: "The path is open and the service works.",
      doesNotProve: "That the real client waits that long.",
      likelyCauses: [
        "A plain text agent collects its data before it answers.",
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
        : `The path is open. Check on ${facts.to} whether the service has started, and its log.`,
    explanation: {
      short: "the path is open, but the service is not ready to serve",
      means: "Something answered for the service that it cannot serve now, for example HTTP 502, 503 or 504.",
      proves: "The path is open all the way to something that knows the service.",
      doesNotProve: "That the service works once it is started.",
      likelyCauses: [
        "The Checkmk site is stopped: its system Apache then answers 503.",
        "The service is starting, overloaded, or refuses unknown clients at the moment.",
        "For NTP: the server is not synchronised yet, or asks for fewer requests.",
      ],
      lookFirst: "The state of the service on the target: `omd status SITE` for a site.",
    },
  },
  "unexpected-answer": {
    cell: "odd answer",
    message: (facts) =>
      facts.protocol === "udp"
        ? `${facts.from} got a datagram from ${target(facts)}, but it does not answer the request to ${facts.service}${answerOf(facts)}`
        : `${connected(facts)}, but the answer is not the one that ${facts.service} gives${answerOf(facts)}`,
    advice: (facts) =>
      isOfCheckmk(facts)
        ? `The path is open. See what answers on ${facts.to}: a proxy, a login page or a site of another name.`
        : `The path is open. See which program answers on ${facts.to}, and whether the address leads to the right machine.`,
    explanation: {
      short: "the protocol is right, the answer is not the expected one",
      means: "The service speaks the right protocol, but its answer does not fit the request. The message shows it.",
      proves: "The path is open, and something that speaks the protocol answers.",
      doesNotProve: "That it is the required service, or that it is configured as Checkmk needs it.",
      likelyCauses: [
        "A login page, a proxy or another web server answers instead of the Checkmk site.",
        "The site has another name than in the topology.",
        "This version of the service answers differently.",
      ],
      lookFirst: "Request the same address by hand, for example with `curl -vk`, and compare.",
    },
  },
  "certificate-expired": {
    cell: "expired",
    message: (facts) =>
      `${connected(facts)}, and the service answered with a certificate that ${validityOf(facts)}${answerOf(facts)}`,
    advice: ({ from, to }) => `Renew the certificate on ${to}, or correct the clock of ${from}.`,
    explanation: {
      short: "the service answered with a certificate that is not valid now",
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
      `${connected(facts)}, but port ${facts.evidence.canary?.port ?? "that no service uses"} of the same address, which is in no list, accepts connections as well`,
    advice: ({ from, to }) =>
      `Something between ${from} and ${to} accepts every connection: test the service with its own client before you trust this result.`,
    explanation: {
      short: "this port is open, but so is one that no service uses",
      means:
        "The TCP handshake was completed. A port of the same address that is nowhere in the topology was probed as well, and it accepted too.",
      proves: "Something answers for this address on ports that it should not have.",
      doesNotProve: "That the required service is there: whatever accepts everything would have accepted this as well.",
      likelyCauses: [
        "A firewall answers handshakes itself (SYN proxy, TCP intercept, proxy mode).",
        "Security software on the sending machine intercepts connections.",
        "A honeypot or tarpit has the address.",
        "By chance a program uses the port that was chosen as the decoy.",
      ],
      lookFirst: "Test the service with its own client, or check with portmatrix from another node.",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
