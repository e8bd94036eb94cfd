import { setTimeout as pause } from "node:timers/promises";
import { type LastingOutcomes, type LimitSuspicion, suspectLimits } from "../../../judge/limit.ts";
import type { Observed } from "../../../model/run/observed.ts";
import { escapeUnseen } from "../../../model/text/printable.ts";
import { joinLater } from "../../../schedule/combine.ts";
import { schedule, type ScheduledProbe, type ScheduleOptions } from "../../../schedule/schedule.ts";
import type { Prepared } from "../prepare.ts";

/** Before the first question and between two of them to one target: a limit of one connection a second has room again. */
const gapMs = 2_000;
/** So many ports of one target are asked again at most. */
const mostAgain = 8;

type SlowLimits = Omit<ScheduleOptions, "isSurprising" | "onObserved" | "confirmSpacingMs" | "observed">;

/** How it is asked again; a seam for tests is `waitMs`. */
export interface SlowerOptions extends SlowLimits {
  /** Where one line about it goes; nowhere if absent. */
  say?: ((line: string) => void) | undefined;
  waitMs?: number;
}

/**
 * Asks again, once and slower, where the first new connections to a target worked and all others were silent, as a limit
 * on new connections makes it: one port, and only if that answers now, the others, one after the other. Puts what was
 * seen into `observed`. Services that may be asked only once, ports that must be blocked and decoy ports are left alone.
 */
export async function askSlower(
  { plan, tasks, lasting }: Pick<Prepared, "plan" | "tasks"> & { lasting?: LastingOutcomes | undefined },
  observed: Map<string, Observed>,
  { say, waitMs = gapMs, ...limits }: SlowerOptions,
): Promise<void> {
  const suspicions = suspectLimits(plan, observed, lasting);
  if (suspicions.length === 0 || limits.signal.aborted) return;
  const taskOf = new Map(tasks.map((task) => [task.id, task]));
  const again = suspicions.flatMap((suspicion) => {
    const probes = suspicion.silentProbes.flatMap((id) => {
      const task = taskOf.get(id);
      return task?.mayConfirm === true ? [slower(task)] : [];
    });
    return probes.length === 0 ? [] : [{ suspicion, probes: probes.slice(0, mostAgain) }];
  });
  if (again.length === 0) return;
  for (const { suspicion } of again) say?.(announce(suspicion));
  await pause(waitMs, undefined, { signal: limits.signal }).catch(() => undefined);
  const ask = (probes: readonly ScheduledProbe[]) =>
    schedule(probes, {
      ...limits,
      perTarget: 1,
      perTargetGapMs: waitMs,
      perTargetPatienceMs: Infinity,
      confirmSpacingMs: 0,
      isSurprising: () => false,
    });
  const first = await ask(again.flatMap(({ probes }) => probes.slice(0, 1)));
  const isLimited = ({ probes }: (typeof again)[number]): boolean => wasAnswered(first.get(probes[0]?.id ?? ""));
  const second = await ask(again.flatMap((one) => (isLimited(one) ? one.probes.slice(1) : [])));
  for (const { suspicion, probes } of again)
    for (const { id } of probes) note(observed, id, first.get(id) ?? second.get(id), suspicion);
}

/** One connection and no second try: it is to tell what a single question at a time gets. */
const slower = (probe: ScheduledProbe): ScheduledProbe => ({
  ...probe,
  mayConfirm: false,
  task: { ...probe.task, careful: true },
});

const wasAnswered = (seen: Observed | undefined): boolean =>
  seen !== undefined && seen.observation.answers.some(({ outcome: { kind } }) => kind === "open" || kind === "refused");

/** Joins what was seen with what was seen before. What could not be sent says nothing. */
function note(
  observed: Map<string, Observed>,
  id: string,
  seen: Observed | undefined,
  { answered, silent }: LimitSuspicion,
): void {
  const [before, [first] = []] = [observed.get(id), seen?.observation.answers];
  if (before === undefined || seen === undefined || first === undefined || first.outcome.kind === "unsent") return;
  observed.set(id, {
    ...joinLater(before, seen),
    askedSlower: { outcome: first.outcome.kind, answered, silent },
  });
}

const announce = ({ from, target, answered, silent }: LimitSuspicion): string =>
  escapeUnseen(
    `portmatrix: note: ${from} → ${target}: the first ${answered} new connections were answered, the ${silent} after them were not; asking again, slower`,
  ) + "\n";
