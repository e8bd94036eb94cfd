import type { Reason } from "../../../model/reason.ts";
import { duration, type Facts } from "../../text/wording.ts";
import type { ReasonWords } from "../reason-words.ts";
import { answerOf, connected } from "../service-answer.ts";

/** A certificate of the expected site beside an unknown path shows no other site, so none is spoken of. */
function wrongSite({ evidence: { service } }: Facts): string {
  return service?.site === undefined
    ? "and the certificate is that of the expected site, but what answers does not serve this site"
    : `but the site ${service.site} answered instead of the expected one`;
}

const stages = {
  connect: "",
  "client-hello": " to a TLS ClientHello",
  "server-hello": " after the first part of its TLS answer",
  question: " to the request",
} as const;

/** How far the conversation came, for how long nothing came, and whether a short question was answered all the same. */
function stallOf({ evidence: { service } }: Facts): string {
  if (service === undefined) return "";
  const { stalledAfter, waitedMs, smallAnswered } = service;
  const after = stalledAfter === undefined ? "" : stages[stalledAfter];
  const within = waitedMs === undefined ? "" : ` within ${duration(waitedMs)}`;
  return `${after}${within}${smallAnswered === true ? ", although it answered a request of 50 bytes" : ""}`;
}

function whereSilent({ from, to, address, evidence }: Facts): string {
  const { smallAnswered, stalledAfter } = evidence.service ?? {};
  if (smallAnswered === true) {
    return `Very likely large segments are lost between ${from} and ${to} (MTU, MSS): try \`ping -M do -s 1400 ${address}\` and \`tracepath ${address}\`, and see that ICMP "fragmentation needed" passes. A filter that drops ClientHellos by their content looks the same.`;
  }
  if (stalledAfter === "connect") {
    return `The service on ${to} hangs or is slow, or something on the way accepts on its behalf. Look at it on ${to} itself; if it only needs more time, give it some with \`timeout:\` in the topology or \`--timeout\`.`;
  }
  return `Something accepts, but nothing answers: the service on ${to} hangs, or a firewall or load balancer on the way accepts on its behalf. Test the service on ${to} itself, then from outside.`;
}

/** The connection was accepted, but the service that is wanted did not answer as it should. */
export const serviceFailed = {
  "no-service-answer": {
    cell: "mute",
    message: (facts) =>
      `${connected(facts)}, which accepted the connection and then said nothing${stallOf(facts)}${answerOf(facts)}`,
    advice: whereSilent,
    explanation: {
      short: "accepted, and then the service did not answer in time",
      means:
        "The TCP handshake was completed, but the service sent nothing: no greeting, no answer to a TLS ClientHello, or none to the request.",
      proves: "Something accepts connections there, and this sender got no answer from the service in time.",
      doesNotProve:
        "That the service is down, or that the handshake came from it: a firewall or a load balancer may accept on its behalf, and large segments may be lost on the way.",
      likelyCauses: [
        "The service hangs, or takes longer than the timeout (`timeout:`, `--timeout`).",
        "Something on the way completes handshakes for a host that is off or does not exist (SYN proxy, TCP intercept).",
        "Segments above some size are lost: a tunnel with a smaller MTU, filtered ICMP. Where a second connection does no harm, a request of 50 bytes is sent, and the message says whether it was answered.",
      ],
      lookFirst:
        "On the target: test the service there. If it answers, look at the devices on the way, and at the MTU.",
    },
  },
  "accepted-then-closed": {
    cell: "hung up",
    message: (facts) =>
      `${connected(facts)}, which accepted the connection and closed it without an answer${answerOf(facts)}`,
    advice: ({ from, to, requirement }) =>
      requirement === "agent"
        ? `On ${to}, see whether the agent allows ${from} (\`only_from\`, \`cmk-agent-ctl status\` shows the IP allowlist) and whether it is registered.`
        : `Check on ${to} which addresses the service allows, and whether it runs at all: something else may accept for it.`,
    explanation: {
      short: "the connection was accepted and closed at once",
      means: "The TCP handshake was completed. Then the connection was closed or reset without an answer.",
      proves: "Something accepts connections there and does not serve this sender.",
      doesNotProve:
        "Who closed it: the service itself, a load balancer or port forward without a service behind it, or a firewall.",
      likelyCauses: [
        "The sender's address is not in the service's list of allowed addresses (`only_from`, allowed networks).",
        "A load balancer, a container engine or a port forward accepts for a service that is down.",
        "The service limits the connections from one address, and the limit is reached.",
      ],
      lookFirst: "On the target: the list of allowed addresses of the service, and its log at the time of the run.",
    },
  },
  "wrong-service": {
    cell: "wrong service",
    message: (facts) => `${connected(facts)}, but something other than ${facts.service} answered${answerOf(facts)}`,
    advice: ({ to, port }) =>
      `Check on ${to} which program uses port ${port ?? ""} (\`ss -tlnp\`), and whether the address leads to the right machine.`,
    explanation: {
      short: "something else answered on that port",
      means: "The answer is not one of the required service. The message shows how it begins.",
      proves: "The path is open, and another program uses the port, or another machine has the address.",
      doesNotProve: "That the required service is down: it may listen elsewhere.",
      likelyCauses: [
        "Another program took the port first.",
        "A port forward or address translation leads to another machine.",
        "The address or the port in the topology is wrong.",
        "A firewall or proxy answers with a page of its own.",
      ],
      lookFirst: "On the target: which program uses the port (`ss -tlnp`). If it is the right one, look at the path.",
    },
  },
  "wrong-site": {
    cell: "wrong site",
    message: (facts) => `${connected(facts)}, ${wrongSite(facts)}${answerOf(facts)}`,
    advice: ({ to, evidence: { service } }) =>
      service?.site === undefined
        ? `See what is in front of the port on ${to}: a proxy that changes the path, or a receiver that has a certificate of the site but belongs to another one.`
        : `Compare the ports of the sites on ${to} (\`omd config SITE show\`) with \`ports:\` in the topology; registration needs the port of its own site.`,
    explanation: {
      short: "what answered does not serve the expected Checkmk site",
      means:
        "The right kind of service answered, but not for the Checkmk site that the topology names. If its certificate names another site, so does the message.",
      proves:
        "The path is open, and the port does not serve the expected site, but another one if the message names it.",
      doesNotProve: "That the expected site is down: it has another port.",
      likelyCauses: [
        "Two sites of one server have each other's port in the topology. Ports are not numbered by site.",
        "The site got another port when it was created again or restored.",
        "A port forward leads to the other site.",
        "If no other site is named: a proxy in front of the receiver changes the path.",
      ],
      lookFirst: "On the server: `omd config SITE show` for both sites, and the `ports:` of the sites in the topology.",
    },
  },
  "foreign-certificate": {
    cell: "foreign TLS",
    message: (facts) =>
      `${connected(facts)}, but the TLS certificate is not that of ${facts.service}${answerOf(facts)}`,
    advice: ({ from, to }) =>
      `The issuer above shows what ends the TLS connection. If it is an inspecting firewall, exempt ${from} to ${to}. If it is a reverse proxy, or another service on the port, pass the connection through unchanged.`,
    explanation: {
      short: "TLS, but not with the service's own certificate",
      means:
        "A TLS connection was made, and the certificate is not one that this service has. The message names its issuer.",
      proves:
        "Something other than the service ends the TLS connection, or the service has been given a foreign certificate.",
      doesNotProve: "That the connection is inspected on purpose: a reverse proxy looks the same.",
      likelyCauses: [
        "A firewall inspects TLS on this path and shows a certificate of its own.",
        "A reverse proxy or load balancer ends TLS in front of the service.",
        "For public services: the machine is behind a proxy, or the name leads to another address.",
      ],
      lookFirst:
        "The issuer in the message: the name of a firewall or a company's own authority means inspection. Exempt this path from it; client certificates do not survive it.",
    },
  },
  "plaintext-instead-of-tls": {
    cell: "plain text",
    message: (facts) => `${connected(facts)}, but plain text came instead of TLS${answerOf(facts)}`,
    advice: ({ to }) => `Check on ${to} whether TLS is switched on for this service and port.`,
    explanation: {
      short: "plain text came where TLS is needed",
      means: "The service, or another program on the port, answered in plain text where TLS is needed.",
      proves: "The path is open, and what listens there does not speak TLS on this port.",
      doesNotProve: "Which program it is, unless the message shows it.",
      likelyCauses: [
        "The service is configured without TLS.",
        "A proxy in front ends TLS and offers plain text on this side.",
        "The port is that of the plain variant of the service.",
      ],
      lookFirst: "The TLS setting of the service on the target, and whether there is a proxy in front of it.",
    },
  },
  "tls-failed": {
    cell: "TLS failed",
    message: (facts) => `${connected(facts)}, but the TLS handshake failed${answerOf(facts)}`,
    advice: ({ to, address, port }) =>
      `Try \`openssl s_client -connect ${address.includes(":") ? `[${address}]` : address}:${port ?? ""}\` and read the service's log on ${to}.`,
    explanation: {
      short: "the connection was accepted, but TLS could not be agreed on",
      means: "The TCP handshake was completed, but the TLS handshake failed.",
      proves: "Something accepts connections there.",
      doesNotProve: "That it speaks TLS at all. Every version from TLS 1.0 on and old ciphers were offered.",
      likelyCauses: [
        "What listens there does not speak TLS.",
        "The service speaks only versions or ciphers that this side no longer has.",
        "A firewall stops the TLS handshake, for example because of the name or the certificate.",
      ],
      lookFirst: "`openssl s_client -connect ADDRESS:PORT` from the same sender, and the log of the service.",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
