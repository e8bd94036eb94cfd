import type { Reason } from "../../model/reason.ts";
import type { Explanation } from "./explanation.ts";

/** Reasons for `warn`: it works, with a caveat, or it does not work and need not. */
export const warnExplanations = {
  "path-open-nothing-listens": {
    verdict: "warn",
    short: "refused before the installation: a reply, and no service yet",
    means:
      "The stage is `preinstall`, and the port refused: a TCP reset, or an ICMP port-unreachable for UDP. Before the installation that is the best answer a port without a listener can give.",
    proves: "A refusal came back, so the probe was neither lost nor dropped without a word.",
    doesNotProve:
      "That the refusal came from the host, unless the message says so. A firewall that rejects looks the same.",
    likelyCauses: [
      "The path is open and the service is not installed yet.",
      "A firewall refuses in the name of the host.",
    ],
    lookFirst: "Check again with `--stage live` once the service runs: then a refusal is a failure.",
  },
  "path-open-other-answers": {
    verdict: "warn",
    short: "accepted before the installation, but not by the service",
    means:
      "The stage is `preinstall`, and the connection was accepted. What accepted it closed it, or gave an answer that the required service does not give, which is not installed yet.",
    proves: "Connections to this port are let through to whatever accepts them.",
    doesNotProve: "That the port will be free for the service, or that what accepts is the target itself.",
    likelyCauses: [
      "A listener was started there to test the path.",
      "A load balancer or port forward is ready, and what it leads to is not.",
      "Another program holds the port.",
    ],
    lookFirst: "On the target: which program holds the port (`ss -tlnp`). Check again once the service is installed.",
  },
  "closed-not-blocked": {
    verdict: "warn",
    short: "must be blocked, but was only refused: no listener or a rule",
    means: "The port must be blocked. It was refused: nobody could connect, but no block was seen either.",
    proves: "Nothing answered as a service on that port at this moment.",
    doesNotProve: "A firewall rule. As soon as something listens there, the port may be open.",
    likelyCauses: [
      "Nothing listens, and no rule stands in the way.",
      "A firewall blocks with a TCP reset, or with an ICMP port-unreachable whose sender was not seen. That is a real block, but looks the same from here.",
    ],
    lookFirst: "The firewall rule for this port. If it rejects on purpose, the warning can stay.",
  },
  "alternative-satisfied": {
    verdict: "warn",
    short: "this way does not work, and another one does",
    means:
      "The requirement can be met in several ways, for example 80 or 443. This way does not work or could not be decided, but another one works.",
    proves: "The group is satisfied: the message names what works in its place.",
    doesNotProve: "Anything new about this flow. Its outcome and evidence stay what they were.",
    likelyCauses: ["Only one of the alternatives is in use, as intended."],
    lookFirst: "Nothing to do, unless this way is wanted as well.",
  },
  "answer-from-other-address": {
    verdict: "warn",
    short: "the reply came from another address than the one asked",
    means: "A UDP question was answered, but from another address than the one that was asked.",
    proves: "The question arrived, something answered, and the answer found its way back.",
    doesNotProve:
      "That monitoring works. A client with a connected socket, and a stateful firewall, drop such replies.",
    likelyCauses: [
      "The target has several addresses and answers from the one next to the route back.",
      "The address that was asked is a virtual one of a cluster, and the node answers with its own.",
      "NAT on the way changes the source of the reply.",
    ],
    lookFirst:
      "The address to which the service on the target is bound. Bind it to the address that is asked, or ask the address that answers.",
  },
  "snmp-credentials-rejected": {
    verdict: "warn",
    short: "the SNMPv3 agent answers, but rejects the credentials",
    means: "The SNMPv3 agent answered the request with a Report that rejects it (RFC 3414, section 3.2).",
    proves: "The path is open in both directions, and an SNMPv3 agent answers.",
    doesNotProve: "That Checkmk can monitor the device: with these credentials it cannot.",
    likelyCauses: [
      "unknown user: the user name is not set on the device.",
      "wrong digest: the authentication password or its protocol differs.",
      "unsupported security level: the user is set for another level, for example authNoPriv instead of authPriv.",
      "decryption error: the privacy password or its protocol differs.",
      "not in time window, unknown engine: the clock or engine id of the agent does not settle, often after a reboot or in a cluster.",
    ],
    lookFirst: 'The word after "rejected the credentials" in the message; it is one of these causes.',
  },
  "snmp-community-unanswered": {
    verdict: "warn",
    short: "an SNMP agent is there, but left the request unanswered",
    means:
      "The SNMP request was not answered. The engine discovery of version 3, which needs no credentials, was answered.",
    proves: "UDP passes in both directions, and an SNMP agent answers on that port.",
    doesNotProve:
      "That the community is wrong: an agent is equally silent for a version or a sender that it does not allow.",
    likelyCauses: [
      "The community differs from the one on the device.",
      "The device does not allow this SNMP version, for example version 3 only.",
      "The access list of the agent does not contain the sender.",
      "The reply to the request was lost or is dropped for its size.",
    ],
    lookFirst: "Community, versions and access list in the SNMP settings of the device.",
  },
  "snmp-user-unanswered": {
    verdict: "warn",
    short: "an SNMPv3 agent is there, but left the user's request unanswered",
    means:
      "The engine discovery of SNMP version 3, which needs no credentials, was answered. The request of the user was not.",
    proves: "UDP passes in both directions, and an SNMPv3 agent answers on that port.",
    doesNotProve: "Which part of the credentials is wrong: the agent sent no report that would say so.",
    likelyCauses: [
      "The privacy password or protocol differs: several agents silently drop what they cannot decrypt.",
      "The access list or the view of the agent does not contain the sender or the user.",
      "The reply to the request was lost or is dropped for its size.",
    ],
    lookFirst: "Privacy password and protocol of the user in the SNMP settings of the device.",
  },
  "snmp-object-missing": {
    verdict: "warn",
    short: "the SNMP agent answers, but lacks a standard object",
    means:
      "The SNMP agent accepted the request, but reported an error or had no value for sysDescr.0, sysObjectID.0 or sysUpTime.0.",
    proves: "The path is open, and the agent answers these credentials.",
    doesNotProve:
      "That Checkmk recognises the device: its scan needs sysDescr.0 and sysObjectID.0. The message names the first error only.",
    likelyCauses: [
      "A view on the device hides the system group (1.3.6.1.2.1.1) from this community or user.",
      "The agent is a small one that lacks a standard object.",
      "The agent had a problem of its own (genErr).",
    ],
    lookFirst: "The SNMP view of this community or user on the device.",
  },
  "request-unanswered": {
    verdict: "warn",
    short: "the connection was accepted, but nothing came back",
    means:
      "The TCP handshake was completed. Then the connection was closed or stayed silent instead of bringing a reply.",
    proves: "Something on the way or at the target accepts connections on that port.",
    doesNotProve:
      "That it is the service: a load balancer or a port forward accepts first and looks for the service then.",
    likelyCauses: [
      "The service accepts the connection and refuses the sender, whose address is not in its access list.",
      "A proxy or port forward accepts connections although the service behind it is down.",
      "The service is busy or hangs.",
    ],
    lookFirst:
      "On the target: which program listens on the port (`ss -tlnp`), and what its log says about this sender.",
  },
  "absence-is-normal": {
    verdict: "warn",
    short: "no service there, which the catalog calls normal",
    means:
      "The port refused or kept silent, and the catalog says that a healthy system may do so. The advice quotes the reason.",
    proves: "What the outcome says, and no more: a refusal, or silence.",
    doesNotProve: "That the service is healthy. A firewall that blocks it looks the same.",
    likelyCauses: [
      "The service is off or does not need the port, as the catalog says.",
      "The service is meant to run and does not.",
      "A firewall blocks it.",
    ],
    lookFirst: "Whether this service is meant to run on this system at all. If not, nothing is to do.",
  },
  "answered-on-second-attempt": {
    verdict: "warn",
    short: "it worked, but not at the first attempt",
    means: "The first attempt failed, or could not be decided. A later one, from another source port, passed.",
    proves: "The path can work.",
    doesNotProve: "That it always works. How often it fails cannot be told from two attempts.",
    likelyCauses: [
      "Packets are lost, on a full link or at a firewall under load.",
      "One of several parallel paths or load-balanced servers is broken.",
      "The service was being started, or a firewall change took effect, during the run.",
    ],
    lookFirst: "Run the check a few times. If it comes back, look at loss between the two nodes (`mtr`).",
  },
  "address-family-not-routed": {
    verdict: "warn",
    short: "one family works; the sender has no route for the other",
    means:
      "The target has IPv4 and IPv6 addresses. This machine has no route for one of the families; the other one passed.",
    proves: "The flow works over the family that could be sent.",
    doesNotProve: "Anything about the other family: it was not tested.",
    likelyCauses: [
      "The sender has no IPv6 connection, and the name of the target has an IPv6 address as well.",
      "The default route of one family is missing on the sender.",
    ],
    lookFirst: "`ip -4 route` and `ip -6 route` on the sender.",
  },
} as const satisfies Partial<Record<Reason, Explanation>>;
