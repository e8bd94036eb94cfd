import { placeAt } from "../../judge/sender.ts";
import { type Canaries, type CanarySeen, needsCanary } from "../../judge/canary.ts";
import type { Canary } from "../../plan/canaries.ts";
import type { Observed } from "../../model/observed.ts";
import { schedule, type ScheduledProbe, type ScheduleOptions } from "../../schedule/schedule.ts";
import type { Prepared } from "./prepare.ts";

/** Only an open port says something, and the target has just shown how fast it answers: more than a second is not waited. */
const longestMs = 1_000;

type Limits = Omit<ScheduleOptions, "isSurprising" | "onObserved" | "confirmSpacingMs">;

/**
 * Asks one unlisted port at each target where a handshake is all that is known, after the run itself, once. What a
 * canary could not send is no fact about the target and left out. No canary is repeated from another port.
 */
export async function sendCanaries(
  { plan, canaries }: Pick<Prepared, "plan" | "canaries">,
  observed: ReadonlyMap<string, Observed>,
  { timeoutMs, ...limits }: Limits & { timeoutMs: number },
): Promise<Canaries> {
  const needed = new Map<string, Canary>();
  for (const probe of plan.probes) {
    const [canary, seen] = [canaries.get(probe.id), observed.get(probe.id)];
    if (canary === undefined || seen === undefined || !needsCanary(probe, seen.observation)) continue;
    needed.set(placeAt(canary.from, canary.target), canary);
  }
  const tasks = [...needed].map(([id, { from, target, port }]): ScheduledProbe => {
    const probe = { kind: "tcp" as const, port };
    const task = { id, target, timeoutMs: Math.min(timeoutMs, longestMs), probe, careful: true };
    return { id, vantage: from, target, task, mayConfirm: false };
  });
  const answers = await schedule(tasks, { ...limits, confirmSpacingMs: 0, isSurprising: () => false });
  const seen = new Map<string, CanarySeen>();
  for (const [id, { observation }] of answers) {
    const canary = needed.get(id);
    for (const { address, outcome } of observation.answers) {
      if (canary === undefined || address === undefined || outcome.kind === "unsent") continue;
      seen.set(placeAt(canary.from, address), { port: canary.port, outcome: outcome.kind });
    }
  }
  return seen;
}
