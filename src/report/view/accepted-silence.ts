import { isUnverified } from "../../model/reason.ts";
import type { Result, Run } from "../../model/run/run.ts";
import { counted, inOrder, listed, service } from "../text/wording.ts";

/**
 * The sentence about flows that count as met although nothing is known of them, so that nobody takes them for proven;
 * empty if there are none. No full stop.
 */
export function phraseAccepted({ results }: { results: readonly Result[] } | Pick<Run, "results">): string {
  const accepted = results.filter(({ reason }) => isUnverified(reason));
  if (accepted.length === 0) return "";
  return `Silence was accepted for ${counted(accepted.length, "flow")} (${listed(inOrder(accepted.map(service)))}): nothing proves that it arrives`;
}
