import type { Answer } from "../model/outcome.ts";
import { originOf } from "../model/run/hops.ts";

/**
 * True if a refusal is a rule's and not that of a port where nothing listens: a TCP port that is closed is refused by a
 * reset of its own host, so an ICMP message is a firewall's, and so is a reset that comes from nearer than the other
 * answers of this address (docs/notes/linux-network.md#a-refusal-has-no-author).
 */
export function isRejected({ address, outcome, evidence }: Answer, answers: readonly Answer[]): boolean {
  if (outcome.kind !== "refused") return false;
  const { icmpCode, reporter, ttl } = evidence;
  if (icmpCode !== undefined || (reporter !== undefined && reporter !== address)) return true;
  if (ttl === undefined) return false;
  const others = answers.filter((one) => one.address === address && one.outcome.kind === "open");
  const ttls = others.flatMap((one) => (one.evidence.replyFrom === undefined ? (one.evidence.ttl ?? []) : []));
  return originOf(ttl, ttls) === "middlebox-likely";
}
