import type { Reason } from "../../../model/reason.ts";
import { type Facts, serviceIn, target } from "../../text/wording.ts";
import type { ReasonWords } from "../reason-words.ts";
import { saw } from "../saw.ts";

/** What makes a flow unnecessary: another port, or the same one at another address, which the id then ends with. */
function standInOf({ port, evidence: { satisfiedBy = "" } }: Facts): string {
  const [, samePort, address] = /\/(?:tcp|udp)\/(\d+)\/([^/]+)$/.exec(satisfiedBy) ?? [];
  return Number(samePort) === port ? `${address} answers` : `${serviceIn(satisfiedBy)} works`;
}

/** Something else answered than what was asked: another way that is as good, or another address. */
export const elsewhere = {
  "alternative-satisfied": {
    cell: "not needed",
    message: (facts) => `${saw(facts)}; not needed, because ${standInOf(facts)} in its place`,
    advice: () => "Nothing to do, unless you want this way as well.",
    explanation: {
      short: "this way does not work, and another one does",
      means:
        "The requirement can be met in several ways, for example 80 or 443. This way does not work or could not be decided, but another one works.",
      proves: "The group is satisfied: the message names what works in its place.",
      doesNotProve: "Anything new about this flow. Its outcome and evidence stay what they were.",
      likelyCauses: ["Only one of the alternatives is in use, as intended."],
      lookFirst: "Nothing to do, unless this way is wanted as well.",
    },
  },
  "answer-from-other-address": {
    cell: "wrong addr",
    message: (facts) =>
      `${facts.from} asked ${target(facts)}, but the reply came from ${facts.evidence.replyFrom ?? "another address"}`,
    advice: ({ to, address }) =>
      `Monitoring drops such replies: make ${to} answer from ${address}, or enter the address that it answers from.`,
    explanation: {
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
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
