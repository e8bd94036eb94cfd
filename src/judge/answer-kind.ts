import type { Observation } from "../model/outcome.ts";

/**
 * Names the kind of an answer that says no by itself: a reset or an ICMP error, with its number, its code and who sent
 * it. Two targets with the same kind were answered alike. `undefined` for anything else: silence is no answer, an open
 * port is none that hundreds share by one cause, an error that may be forged proves nothing, and several addresses are
 * several answers. The time to live is left out, because it is seen of some packets only.
 */
export function answerKind({ answers }: Observation): string | undefined {
  const [answer] = answers;
  if (answer === undefined || answers.length > 1) return undefined;
  const { address, outcome, evidence } = answer;
  const { errno, icmpCode, reporter, unverifiedError, replyFrom } = evidence;
  const isAnswer = outcome.kind === "refused" || outcome.kind === "prohibited" || outcome.kind === "unreachable";
  if (!isAnswer || unverifiedError !== undefined || replyFrom !== undefined) return undefined;
  if (icmpCode === undefined && reporter === undefined) return `${outcome.kind} ${errno}`;
  return `${outcome.kind} ${errno} ${icmpCode} ${reporter === address ? "itself" : reporter}`;
}
