import type { Reason } from "../../../model/reason.ts";
import { commandAt, target } from "../../text/wording.ts";
import type { ReasonWords } from "../reason-words.ts";
import { unsent } from "../saw.ts";

/** Says the far end of a worker that can open connections and nothing else. */
const isBash = (detail = ""): boolean => detail.startsWith("bash there ");

/** Nobody said what the probe saw, or nobody tried: nothing is known of the network. */
export const notSent = {
  "vantage-not-opened": {
    cell: "no vantage",
    message: unsent,
    advice: ({ from }) => `Try the command under \`vantages: ${from}\` of the topology by hand; its error is above.`,
    explanation: {
      short: "the connection to the sending node failed, or was lost",
      means: "The vantage point at this node could not be opened, or was lost before it reported this probe.",
      proves: "The command under `vantages:` failed. The message has its last output.",
      doesNotProve: "Anything about the flow itself. The probe may have been sent; its report is missing.",
      likelyCauses: [
        "`ssh` asks for a password or does not know the host key.",
        "The container, pod or namespace has another name or does not run.",
        "There is no Node.js on the other side.",
        "The connection to the node broke during the run.",
      ],
      lookFirst: "Run the command by hand, as the same user, with `node --version` instead of the worker.",
    },
  },
  "probe-not-supported": {
    cell: "version",
    message: unsent,
    advice: ({ from, evidence }) =>
      isBash(evidence.detail)
        ? `Install Python, perl or Node on ${from}, or run portmatrix there: bash alone cannot send this probe.`
        : `Install the same version of portmatrix on ${from} as here, or none: then this one sends its own worker.`,
    explanation: {
      short: "the portmatrix at the sending node does not know this probe",
      means:
        "The portmatrix that is installed at the sending node does not know this kind of probe or service, or sent an answer that this version does not know.",
      proves: "The worker there cannot send this probe, or the two versions differ. The message says which.",
      doesNotProve: "Anything about the network or the target. Flows that both versions know are not affected.",
      likelyCauses: [
        "The portmatrix on the node is older or newer than the one that runs the check.",
        "The node has only bash to send with, which can only open TCP connections.",
      ],
      lookFirst: "`portmatrix --version` on both sides.",
    },
  },
  "probe-failed": {
    cell: "failed",
    message: unsent,
    advice: () => "Run again; if it fails again, report it as a bug of portmatrix with this message.",
    explanation: {
      short: "the probe failed for another cause on this side",
      means: "The probe failed for a cause on this side that has no reason of its own; the message says what.",
      proves: "portmatrix could not do its work for this flow.",
      doesNotProve: "Anything about the network or the target.",
      likelyCauses: [
        "The SNMP settings cannot be used here, for example DES with an OpenSSL that does not support it.",
        "The operating system reported an error that portmatrix does not know.",
        "A bug of portmatrix.",
      ],
      lookFirst: "The text in the message.",
    },
  },
  "no-vantage": {
    cell: "not sent",
    message: (facts) => `${target(facts)} was not checked: this run has no vantage point at ${facts.from}`,
    advice: ({ from }, { topology }) =>
      `Run on ${from}: \`${commandAt(from, topology)}\`, or declare under \`vantages:\` how to reach ${from}.`,
    explanation: {
      short: "the flow starts at a node from which nothing could be sent",
      means: "The flow starts at a node from which this run could not send.",
      proves: "Nothing.",
      doesNotProve:
        "Anything about the flow. A probe from another machine would prove nothing: rules, NAT and routes differ.",
      likelyCauses: ["The check ran on another node, and no vantage point is declared for this one."],
      lookFirst:
        "The command in the advice runs it on the right node. With `vantages:` in the topology one run sends all flows.",
    },
  },
  interrupted: {
    cell: "stopped",
    message: (facts) => `${target(facts)} was not checked from ${facts.from}: the run was interrupted`,
    advice: () => "Run again to check it.",
    explanation: {
      short: "the run was stopped before it was decided",
      means: "The run was stopped before this flow was decided.",
      proves: "Nothing.",
      doesNotProve: "Anything about the flow.",
      likelyCauses: ["Ctrl-C, or a time limit of the job that ran the check."],
      lookFirst: "Run the check again.",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
