import { setTimeout as pause } from "node:timers/promises";
import type { ReporterSuspicion } from "../../../judge/reporters.ts";
import type { AskedAtReporterPace } from "../../../model/run/run.ts";
import type { Observed } from "../../../model/run/observed.ts";
import { escapeUnseen } from "../../../model/text/printable.ts";
import { joinLater } from "../../../schedule/combine.ts";
import { schedule, type ScheduledProbe } from "../../../schedule/schedule.ts";
import type { SlowerOptions } from "./ask-slower.ts";

/** A little more than the second in which Linux sends one ICMP error to one peer (docs/notes/icmp-errors.md). */
const paceMs = 1_050;
/** Who answers at once is not waited for longer. A router needs longer to find out that a host is off. */
const shortWaitMs = 1_500;

/**
 * Asks again, one a second for each reporter, what was silent behind somebody who sent many ICMP errors: most hosts and
 * routers send one a second, so a refusal may have been held back. It begins nothing later than one deadline after the
 * run. Puts what was seen into `observed`, and of the rest that it was not asked. What may be asked only once is left alone.
 */
export async function askAtReporterPace(
  tasks: readonly ScheduledProbe[],
  suspicions: readonly ReporterSuspicion[],
  observed: Map<string, Observed>,
  { say, waitMs = paceMs, ...limits }: SlowerOptions,
): Promise<void> {
  if (suspicions.length === 0 || limits.signal.aborted) return;
  const taskOf = new Map(tasks.map((task) => [task.id, task]));
  const plans = suspicions.map((suspicion) => {
    const may = suspicion.silentProbes.flatMap((id) => {
      const task = taskOf.get(id);
      return task?.mayConfirm === true && observed.get(id)?.askedSlower === undefined ? [task] : [];
    });
    const deadlineMs = Math.max(0, ...may.map(({ task }) => task.timeoutMs));
    return { suspicion, again: may.slice(0, 1 + Math.floor(deadlineMs / waitMs)).map((one) => atPace(one, suspicion)) };
  });
  const again = plans.flatMap((one) => one.again);
  let seen: ReadonlyMap<string, Observed> = new Map();
  if (again.length > 0) {
    for (const { suspicion, again: some } of plans) if (some.length > 0) say?.(announce(suspicion, some.length));
    await pause(waitMs, undefined, { signal: limits.signal }).catch(() => undefined); // the last tries took an error each
    seen = await schedule(again, {
      ...limits,
      perTarget: again.length,
      perTargetGapMs: waitMs,
      perTargetPatienceMs: Infinity,
      confirmSpacingMs: 0,
      isSurprising: () => false,
    });
  }
  for (const { suspicion } of plans)
    for (const id of suspicion.silentProbes) note(observed, id, seen.get(id), suspicion);
}

/** One packet and no second try. What the limit of a target counts is here the reporter, which sets the pace. */
function atPace(probe: ScheduledProbe, { reporter, slowestMs }: ReporterSuspicion): ScheduledProbe {
  const { task } = probe;
  const timeoutMs = slowestMs > shortWaitMs / 2 ? task.timeoutMs : Math.min(task.timeoutMs, shortWaitMs);
  return { ...probe, target: `reporter ${reporter}`, mayConfirm: false, task: { ...task, timeoutMs, careful: true } };
}

/** Joins what was seen with what was seen before. */
function note(
  observed: Map<string, Observed>,
  id: string,
  seen: Observed | undefined,
  { reporter, told, silentProbes }: ReporterSuspicion,
): void {
  const before = observed.get(id);
  if (before === undefined) return;
  const pace: AskedAtReporterPace = { reporter, told, silent: silentProbes.length };
  const outcome = seen?.observation.answers[0]?.outcome.kind;
  if (seen === undefined || outcome === undefined || outcome === "unsent") {
    observed.set(id, { ...before, askedAtReporterPace: pace });
    return;
  }
  observed.set(id, {
    ...before,
    ...joinLater(before, seen),
    askedAtReporterPace: { ...pace, outcome },
  });
}

const announce = ({ from, reporter, told, silentProbes }: ReporterSuspicion, count: number): string =>
  escapeUnseen(
    `portmatrix: note: ${from}: ${reporter} sent ICMP errors for ${told} probes, ${silentProbes.length} behind it were silent; asking ${count} again at its pace, about one a second`,
  ) + "\n";
