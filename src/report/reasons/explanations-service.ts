import type { Reason } from "../../model/reason.ts";
import type { Explanation } from "./explanation.ts";

/** Reasons that rest on what a service said after the connection was accepted, or on a port that nobody should hold. */
export const serviceExplanations = {
  "accepted-then-closed": {
    verdict: "fail",
    short: "the connection was accepted and closed at once",
    means: "The TCP handshake was completed. Then the connection was closed or reset without an answer.",
    proves: "Something accepts connections there and does not serve this sender.",
    doesNotProve:
      "Who closed it: the service itself, a load balancer or port forward without a service behind it, or a firewall.",
    likelyCauses: [
      "The sender's address is not in the service's list of allowed addresses (`only_from`, allowed networks).",
      "A load balancer, a container engine or a port forward accepts for a service that is down.",
      "The service takes a limited number of connections from one address, and they are taken.",
    ],
    lookFirst: "On the target: the list of allowed addresses of the service, and its log at the time of the run.",
  },
  "wrong-service": {
    verdict: "fail",
    short: "something else answered on that port",
    means: "An answer came that the required service does not give. The message shows how it begins.",
    proves: "The path is open, and another program holds the port, or another machine has the address.",
    doesNotProve: "That the required service is down: it may listen elsewhere.",
    likelyCauses: [
      "Another program took the port first.",
      "A port forward or address translation leads to another machine.",
      "The address or the port in the topology is wrong.",
      "A firewall or proxy answers with a page of its own.",
    ],
    lookFirst: "On the target: which program holds the port (`ss -tlnp`). If it is the right one, look at the path.",
  },
  "wrong-site": {
    verdict: "fail",
    short: "the service of another Checkmk site answered",
    means: "The right kind of service answered, but for another Checkmk site than the one that the topology names.",
    proves: "The path is open, and the port belongs to the other site that the message names.",
    doesNotProve: "That the expected site is down: it has another port.",
    likelyCauses: [
      "Two sites of one server have each other's port in the topology. Ports are not numbered by site.",
      "The site got another port when it was created anew or restored.",
      "A port forward leads to the other site.",
    ],
    lookFirst: "On the server: `omd config SITE show` for both sites, and the `ports:` of the sites in the topology.",
  },
  "foreign-certificate": {
    verdict: "fail",
    short: "TLS, but with the certificate of somebody else",
    means:
      "A TLS connection was made, and the certificate is not one that this service has. The message names its issuer.",
    proves:
      "Something else than the service ends the TLS connection, or the service has been given a foreign certificate.",
    doesNotProve: "That anybody reads along on purpose: a reverse proxy looks the same.",
    likelyCauses: [
      "A firewall inspects TLS on this path and shows a certificate of its own.",
      "A reverse proxy or load balancer ends TLS in front of the service.",
      "For public services: the machine is behind a proxy, or the name leads to another address.",
    ],
    lookFirst:
      "The issuer in the message: the name of a firewall or a company's own authority means inspection. Exempt this path from it; client certificates do not survive it.",
  },
  "plaintext-instead-of-tls": {
    verdict: "fail",
    short: "plain text came where TLS is needed",
    means: "The service, or whatever holds the port, answered in plain text where a TLS connection is needed.",
    proves: "The path is open, and what listens there does not speak TLS on this port.",
    doesNotProve: "Which program it is, unless the message shows it.",
    likelyCauses: [
      "The service is configured without TLS.",
      "A proxy in front ends TLS and offers plain text on this side.",
      "The port is that of the plain variant of the service.",
    ],
    lookFirst: "The TLS setting of the service on the target, and whether a proxy stands before it.",
  },
  "tls-failed": {
    verdict: "fail",
    short: "the connection was accepted, but TLS could not be agreed on",
    means: "The TCP handshake was completed, but no TLS connection came about.",
    proves: "Something accepts connections there.",
    doesNotProve: "That it speaks TLS at all. Every version from TLS 1.0 on and old ciphers were offered.",
    likelyCauses: [
      "What listens there does not speak TLS.",
      "The service speaks only versions or ciphers that this side no longer has.",
      "A firewall stops the TLS handshake, for example because of the name or the certificate.",
    ],
    lookFirst: "`openssl s_client -connect ADDRESS:PORT` from the same sender, and the log of the service.",
  },
  "service-unencrypted": {
    verdict: "warn",
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
  "service-needs-secret": {
    verdict: "warn",
    short: "the agent answers encrypted with a shared secret",
    means: "The agent answered with output that is encrypted with a passphrase, the way of agents without TLS.",
    proves: "The path is open, and a Checkmk agent answers.",
    doesNotProve: "That the site knows the passphrase.",
    likelyCauses: ["The host has an encryption rule of the time before the agent controller."],
    lookFirst: "The rule for symmetric encryption in Checkmk; registering the host for TLS is the way out of it.",
  },
  "service-not-ready": {
    verdict: "warn",
    short: "the path is open, but the service is not ready to serve",
    means: "Something in the place of the service said that it cannot serve now, for example HTTP 503 or SMTP 421.",
    proves: "The path is open all the way to something that knows the service.",
    doesNotProve: "That the service works once it is started.",
    likelyCauses: [
      "The Checkmk site is stopped: its system Apache then answers 503.",
      "The service is starting, overloaded, or refuses strangers for the moment.",
      "For NTP: the server has no time of its own yet, or asks for fewer requests.",
    ],
    lookFirst: "The state of the service on the target: `omd status SITE` for a site.",
  },
  "unexpected-answer": {
    verdict: "warn",
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
  "certificate-expired": {
    verdict: "warn",
    short: "the service answered with a certificate out of date",
    means: "The service answered, and its certificate is not valid at this time.",
    proves: "The path is open, and the service answers.",
    doesNotProve: "That clients accept it: most refuse such a certificate.",
    likelyCauses: ["The certificate has not been renewed.", "The clock of one of the two machines is wrong."],
    lookFirst: "The dates of the certificate in the evidence, and the clock of the machine that sent.",
  },
  "clock-differs": {
    verdict: "warn",
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
  "everything-open": {
    verdict: "warn",
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
} as const satisfies Partial<Record<Reason, Explanation>>;
