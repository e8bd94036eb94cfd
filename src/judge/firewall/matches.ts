import { covers } from "../../model/address/network.ts";
import type { RuleCondition } from "../../model/firewall/ruleset.ts";
import type { Transport } from "../../model/verdict.ts";

/** The first packet of a new connection, as far as it is known. */
export interface FirstPacket {
  family: 4 | 6;
  /** A literal or a network; absent where it is the node's own and not known. */
  source?: string;
  target?: string;
  protocol: Transport;
  port?: number;
  isLoopback: boolean;
  /** `in`: the target is an address of the node. Absent where that is not known. */
  direction?: "in" | "out";
  /** An answer in a connection; `port` is the other side's own and not known. */
  isReply?: true;
}

type Answer = "yes" | "no" | "unclear";

/** Whether a packet meets all conditions of a rule. */
export function matches(conditions: readonly RuleCondition[], packet: FirstPacket): Answer {
  const answers = new Set(conditions.map((condition) => ask(condition, packet)));
  if (answers.has("no")) return "no";
  return answers.has("unclear") ? "unclear" : "yes";
}

function ask(condition: RuleCondition, packet: FirstPacket): Answer {
  if (condition.what === "unread") return "unclear";
  const answer = askPlain(condition, packet);
  if (!condition.not || answer === "unclear") return answer;
  return answer === "yes" ? "no" : "yes";
}

const said = (isTrue: boolean): Answer => (isTrue ? "yes" : "no");

function askPlain(condition: Exclude<RuleCondition, { what: "unread" }>, packet: FirstPacket): Answer {
  const { family, protocol, port, isReply } = packet;
  if (condition.what === "never") return "no";
  if ("ranges" in condition) {
    // The port that a sender takes is not known before.
    if ((condition.what === "source-port") !== (isReply === true)) return "unclear";
    if (port === undefined) return "no";
    return said(condition.ranges.some(([low, high]) => port >= low && port <= high));
  }
  const { what, values } = condition;
  if (what === "family") return said(values.includes(String(family)));
  if (what === "protocol") return said(values.includes(protocol === "icmp" && family === 6 ? "icmpv6" : protocol));
  if (what === "icmp-type") {
    const names =
      isReply === true ? ["echo-reply", family === 4 ? "0" : "129"] : ["echo-request", family === 4 ? "8" : "128"];
    return said(protocol === "icmp" && names.some((one) => values.includes(one)));
  }
  if (what === "state") return said(values.includes(isReply === true ? "established" : "new"));
  if (what === "target-type") return askTargetType(values, packet);
  if (what === "interface") return askInterface(values, packet.isLoopback);
  return askAddress(values, what === "source" ? packet.source : packet.target);
}

/** Nobody knows through which device a peer comes; only that it is not the loopback device. */
function askInterface(values: readonly string[], isLoopback: boolean): Answer {
  if (values.some((one) => one === "*" || one === "+")) return "yes";
  if (isLoopback) return said(values.includes("lo"));
  return values.every((one) => one === "lo") ? "no" : "unclear";
}

/** Every target here is the address of one machine: this one, or that of a peer. */
function askTargetType(values: readonly string[], { direction, isLoopback }: FirstPacket): Answer {
  if (isLoopback || direction === "in") return said(values.includes("local"));
  if (direction === "out") return said(values.includes("unicast"));
  return "unclear";
}

function askAddress(values: readonly string[], address: string | undefined): Answer {
  if (address === undefined) return "unclear";
  const found = values.map((one) => covers(one, address));
  if (found.includes("all")) return "yes";
  return found.some((one) => one === "part" || one === undefined) ? "unclear" : "no";
}
