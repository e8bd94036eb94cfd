import type { Evidence, OutcomeKind } from "../../model/outcome.ts";
import { verdictOf } from "../../model/reason.ts";
import type { Judgement, Result } from "../../model/run/run.ts";
import { isProblem } from "../../model/severity.ts";
import { rules } from "../rules.ts";

/** What one address of a target gave. */
interface Seen {
  address: string;
  kind: OutcomeKind | undefined;
  times: { rttMs?: number; waitedMs?: number };
  evidence: Evidence;
}

const closedKinds = ["refused", "prohibited", "unreachable", "silent"] as const;
type ClosedKind = (typeof closedKinds)[number];
const isClosed = (kind: OutcomeKind | undefined): kind is ClosedKind => closedKinds.some((one) => one === kind);

/**
 * What was open (or answered) in one result of a flow and is not any more in a later one, as its outcome alone would be
 * judged; `undefined` if there is no such thing. The verdict of a single run may call that a warning, because the absence
 * of the service can be normal or an alternative is open; beside the earlier run it is a port that somebody closed. Each
 * address counts, so that one that works hides no other. Where a port must be blocked, closing it breaks nothing.
 */
export function closedSince(before: Result, after: Result): Judgement | undefined {
  if (before.expect !== "open" || after.expect !== "open") return undefined;
  const open = new Set(seenBy(before).flatMap(({ address, kind }) => (kind === "open" ? [address] : [])));
  if (open.size === 0) return undefined;
  const now = seenBy(after);
  const same = now.filter(({ address }) => open.has(address));
  // A target that has moved has no address in common; then only the whole can be compared.
  const compared = same.length > 0 ? same : before.outcome === "open" ? now.filter(isDecisive(after)) : [];
  const closed = compared.find(({ kind }) => isClosed(kind));
  return closed === undefined ? undefined : judgedAlone(after, closed);
}

const isDecisive =
  ({ address }: Result) =>
  (seen: Seen): boolean =>
    seen.address === address;

function seenBy({ address, outcome, rttMs, evidence }: Result): Seen[] {
  const { addresses, waitedMs } = evidence;
  if (addresses === undefined) {
    const times = { ...(rttMs === undefined ? {} : { rttMs }), ...(waitedMs === undefined ? {} : { waitedMs }) };
    return [{ address, kind: outcome, times, evidence }];
  }
  return addresses.flatMap((answer): Seen[] => {
    if (answer.address === undefined) return [];
    const { outcome: one } = answer;
    const times = "rttMs" in one ? { rttMs: one.rttMs } : "waitedMs" in one ? { waitedMs: one.waitedMs } : {};
    return [{ address: answer.address, kind: one.kind, times, evidence: answer.evidence }];
  });
}

/** The result as it stands where it is a failure of that address already; else by the table, without refinements. */
function judgedAlone(after: Result, { address, kind, times, evidence }: Seen): Judgement | undefined {
  if (!isClosed(kind)) return undefined;
  const { message: _, advice: __, ...codes } = after;
  if (isProblem(after.verdict) && after.address === address) return codes;
  const { reason, proof } = rules.live.open[after.protocol][kind];
  const { rttMs, waitedMs } = times;
  return {
    ...codes,
    address,
    outcome: kind,
    rttMs,
    evidence: address === after.address ? after.evidence : { ...evidence, waitedMs },
    verdict: verdictOf(reason),
    reason,
    proof,
  };
}
