import type { LossSuspicion } from "../../../judge/loss.ts";
import type { Observed } from "../../../model/run/observed.ts";
import { counted } from "../../../report/text/wording.ts";
import { joinLater } from "../../../schedule/combine.ts";
import { schedule, type ScheduledProbe } from "../../../schedule/schedule.ts";
import type { SlowerOptions } from "./ask-slower.ts";

/**
 * Asks once more what was silent at targets that answered something else, but not at the first packet: there packets are
 * lost, and one deadline of silence says little. Puts what was seen into `observed`. What may be asked once more is told
 * in docs/notes/probe-safety.md#where-packets-are-lost.
 */
export async function askAfterLoss(
  tasks: readonly ScheduledProbe[],
  suspicions: readonly LossSuspicion[],
  observed: Map<string, Observed>,
  { say, ...limits }: Omit<SlowerOptions, "waitMs">,
): Promise<void> {
  if (suspicions.length === 0 || limits.signal.aborted) return;
  const silent = new Set(suspicions.flatMap(({ silentProbes }) => silentProbes));
  const again = tasks.filter((task) => silent.has(task.id) && mayAskAgain(task, observed.get(task.id)));
  if (again.length === 0) return;
  const targets = new Set(again.map(({ target }) => target)).size;
  say?.(
    `portmatrix: note: ${counted(targets, "target")} answered, but not the first packet; asking ${counted(again.length, "silent flow")} of ${targets === 1 ? "it" : "them"} once more\n`,
  );
  const seen = await schedule(again, { ...limits, confirmSpacingMs: 0, isSurprising: () => false });
  for (const [id, one] of seen) {
    const before = observed.get(id);
    if (before === undefined || one.observation.answers.every(({ outcome }) => outcome.kind === "unsent")) continue;
    observed.set(id, { ...before, ...joinLater(before, one) });
  }
}

/**
 * What was asked again already is not asked a third time. Of what is to be asked once, a connection that nobody accepted
 * may be asked again, and so may a community or a discovery; an SNMP user may not.
 */
function mayAskAgain({ task, mayConfirm }: ScheduledProbe, seen: Observed | undefined): boolean {
  if (seen === undefined || seen.askedSlower !== undefined || seen.askedAtReporterPace !== undefined) return false;
  if (mayConfirm) return true;
  if (!seen.observation.answers.every(({ outcome }) => outcome.kind === "silent")) return false;
  return task.probe.kind === "tcp" || (task.probe.kind === "snmp" && task.probe.credentials.version !== "3");
}
