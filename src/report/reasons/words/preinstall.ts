import type { Reason } from "../../../model/reason.ts";
import { service, serviceIn, target } from "../../text/wording.ts";
import { pathBehindRefusal, whereRefused } from "../icmp-words.ts";
import type { ReasonWords } from "../reason-words.ts";
import { saw } from "../saw.ts";
import { answerOf } from "../service-answer.ts";
import { nothingToDoYet } from "../service-hints.ts";

/** What the stage `preinstall` makes of a refusal and of a foreign answer: nothing is installed yet. */
export const preinstall = {
  "path-open-nothing-listens": {
    cell: "path open",
    message: (facts) => `${saw(facts)}${pathBehindRefusal(facts)}`,
    advice: () => nothingToDoYet,
    explanation: {
      short: "refused before the installation: a reply, and no service yet",
      means:
        "The stage is `preinstall`, and the port refused: a TCP reset, or an ICMP port-unreachable for UDP. Before the installation that is the best possible result for a port without a listener.",
      proves: "A refusal came back, so the probe was neither lost nor silently dropped.",
      doesNotProve:
        "That the refusal came from the host, unless the message says so. A firewall that rejects looks the same.",
      likelyCauses: [
        "The path is open and the service is not installed yet.",
        "A firewall rejects on behalf of the host.",
      ],
      lookFirst: "Check again with `--stage live` once the service runs: then a refusal is a failure.",
    },
  },
  "refused-on-the-way": {
    cell: "rejected",
    message: (facts) => `${saw(facts)}; the path is not open, or not proven to be`,
    advice: (facts) =>
      whereRefused(facts) ??
      `Look for a firewall between ${facts.from} and ${facts.to} that rejects ${service(facts)}.`,
    explanation: {
      short: "refused before the installation, probably by a firewall on the way",
      means:
        "The stage is `preinstall`, and the port refused with a reset (RST) that has a lower hop count than other replies of the same address: its open ports, its echo replies or its resets on other ports.",
      proves: "This sender cannot connect to this port now. More than one machine answers for that address.",
      doesNotProve:
        "That a firewall sent it: return routes may differ. Nor that the path behind it is closed for other senders.",
      likelyCauses: [
        "A firewall on the way rejects this port with a reset. Installing the service does not change that.",
        "The other replies have a higher hop count because their ports are forwarded to another machine.",
        "The return paths differ in length.",
      ],
      lookFirst: "The rules of the firewalls on the way for this port; then check again.",
    },
  },
  "alternative-path-open": {
    cell: "not needed",
    message: (facts) =>
      `${saw(facts)}; not needed, because the path to ${serviceIn(facts.evidence.satisfiedBy ?? "")} is open instead`,
    advice: () => "Nothing to do, unless you want this port as well.",
    explanation: {
      short: "this port is not open before the installation; another one is",
      means:
        "The stage is `preinstall`, and the requirement can be met in several ways, for example 80 or 443. This port is not open or could not be decided, but the path to another one is open.",
      proves: "The port that the message names answered, so it can be used once the service runs.",
      doesNotProve:
        "That the service will answer there, or, where nothing listens yet, that the refusal came from the host.",
      likelyCauses: ["Only one of the alternatives is let through, as intended."],
      lookFirst:
        "Nothing to do, unless this port is wanted as well. Check again with `--stage live` once the service runs.",
    },
  },
  "path-open-other-answers": {
    cell: "path open",
    message: (facts) =>
      `${facts.from} connected to ${target(facts)}, where something accepts connections before the installation${answerOf(facts)}`,
    advice: ({ to, port }) =>
      `Make sure that port ${port ?? ""} of ${to} is free for the installation; check again with \`--stage live\` once the service runs.`,
    explanation: {
      short: "accepted before the installation, but not by the service",
      means:
        "The stage is `preinstall`, and the connection was accepted. What accepted it closed it, or gave an answer that the required service does not give, which is not installed yet.",
      proves: "Connections to this port are let through to whatever accepts them.",
      doesNotProve: "That the port will be free for the service, or that what accepts is the target itself.",
      likelyCauses: [
        "A listener was started there to test the path.",
        "A load balancer or port forward is ready, but the machine behind it is not.",
        "Another program uses the port.",
      ],
      lookFirst: "On the target: which program uses the port (`ss -tlnp`). Check again once the service is installed.",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
