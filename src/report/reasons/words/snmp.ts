import type { Reason } from "../../../model/reason.ts";
import { target } from "../../text/wording.ts";
import type { ReasonWords } from "../reason-words.ts";

/** An SNMP agent is there, but did not give what was asked of it. */
export const snmp = {
  "snmp-credentials-rejected": {
    cell: "bad login",
    message: (facts) =>
      `${facts.from} reached the SNMP agent of ${target(facts)}, which rejected the credentials: ${
        facts.evidence.snmp?.report?.replaceAll("-", " ") ?? facts.evidence.snmp?.errorStatus ?? "no reason given"
      }`,
    advice: ({ to }) => `The path is open. Compare user, security level and passwords with those set on ${to}.`,
    explanation: {
      short: "the SNMPv3 agent answers, but rejects the credentials",
      means: "The SNMPv3 agent answered the request with a Report that rejects it (RFC 3414, section 3.2).",
      proves: "The path is open in both directions, and an SNMPv3 agent answers.",
      doesNotProve: "That Checkmk can monitor the device: with these credentials it cannot.",
      likelyCauses: [
        "unknown user: the user name is not set on the device.",
        "wrong digest: the authentication password or its protocol differs.",
        "unsupported security level: the user is set for another level, for example authNoPriv instead of authPriv.",
        "decryption error: the privacy password or its protocol differs.",
        "not in time window, unknown engine: the clock or engine id of the agent is not stable, often after a reboot or in a cluster.",
      ],
      lookFirst: 'The word after "rejected the credentials" in the message; it is one of these causes.',
    },
  },
  "snmp-community-unanswered": {
    cell: "community?",
    message: (facts) =>
      `${facts.from} reached the SNMP agent of ${target(facts)} with the discovery of version 3, but it left the GET unanswered`,
    advice: ({ to }) =>
      `The path is open. Compare the community and the allowed versions with those set on ${to}, and its access list.`,
    explanation: {
      short: "an SNMP agent is there, but left the request unanswered",
      means:
        "The SNMP request was not answered. The engine discovery of version 3, which needs no credentials, was answered.",
      proves: "UDP passes in both directions, and an SNMP agent answers on that port.",
      doesNotProve:
        "That the community is wrong: an agent is also silent for a version or a sender that it does not allow.",
      likelyCauses: [
        "The community differs from the one on the device.",
        "The device does not allow this SNMP version, for example version 3 only.",
        "The access list of the agent does not contain the sender.",
        "The reply to the request was lost or is dropped for its size.",
      ],
      lookFirst: "Community, versions and access list in the SNMP settings of the device.",
    },
  },
  "snmp-user-unanswered": {
    cell: "privacy?",
    message: (facts) =>
      `${facts.from} reached the SNMP agent of ${target(facts)} with the discovery of version 3, but it left the user's GET unanswered`,
    advice: ({ to }) =>
      `The path is open. Compare the privacy password and protocol with those of the user on ${to}: agents drop what they cannot decrypt. Then its access list.`,
    explanation: {
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
  },
  "snmp-object-missing": {
    cell: "no object",
    message: (facts) =>
      `${facts.from} reached the SNMP agent of ${target(facts)}, which has no value for ${
        facts.evidence.snmp?.missing?.join(", ") ?? "a standard object"
      }: ${facts.evidence.snmp?.errorStatus ?? "no status given"}`,
    advice: ({ to }) =>
      `The path and the credentials work. See whether the SNMP view on ${to} includes the system group (1.3.6.1.2.1.1).`,
    explanation: {
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
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
