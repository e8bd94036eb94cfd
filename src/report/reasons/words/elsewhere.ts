import type { Reason } from "../../../model/reason.ts";
import { type Facts, serviceIn, target } from "../../text/wording.ts";
import type { ReasonWords } from "../reason-words.ts";
import { saw } from "../saw.ts";

/** What makes a flow unnecessary: another port, or the same one at another address, which the id then ends with. */
function insteadOf({ port, evidence: { satisfiedBy = "" } }: Facts): string {
  const [, samePort, address] = /\/(?:tcp|udp)\/(\d+)\/([^/]+)$/.exec(satisfiedBy) ?? [];
  return Number(samePort) === port ? `${address} answers` : `${serviceIn(satisfiedBy)} works`;
}

/** Something else answered than what was asked: another way that is as good, or another address. */
export const elsewhere = {
  "alternative-satisfied": {
    cell: "not needed",
    message: (facts) => `${saw(facts)}; not needed, because ${insteadOf(facts)} instead`,
    advice: () => "Nothing to do, unless you want this port as well.",
    explanation: {
      short: "this port does not work, but another one does",
      means:
        "The requirement can be met in several ways, for example 80 or 443. This port does not work or could not be decided, but another one works.",
      proves: "The group is satisfied: the message names what works instead.",
      doesNotProve: "Anything new about this flow. Its outcome and evidence do not change.",
      likelyCauses: ["Only one of the alternatives is in use, as intended."],
      lookFirst: "Nothing to do, unless this port is wanted as well.",
    },
  },
  "answer-from-other-address": {
    cell: "wrong addr",
    message: (facts) =>
      `${facts.from} asked ${target(facts)}, but the reply came from ${facts.evidence.replyFrom ?? "another address"}`,
    advice: ({ to, address }) =>
      `Monitoring drops these replies: make ${to} answer from ${address}, or enter the address that it answers from.`,
    explanation: {
      short: "the reply came from another address than the one probed",
      means: "A UDP request was answered, but from another address than the one it was sent to.",
      proves: "The request arrived, something answered, and the reply came back.",
      doesNotProve:
        "That monitoring works. A client with a connected socket, and a stateful firewall, drop these replies.",
      likelyCauses: [
        "The target has several addresses and answers from the one next to the route back.",
        "The probed address is a virtual one of a cluster, and the node answers from its own.",
        "NAT on the way changes the source of the reply.",
      ],
      lookFirst:
        "The address to which the service on the target is bound. Bind it to the probed address, or enter the address that answers.",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
