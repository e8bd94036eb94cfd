import { isBareHandshake, needsDecoy } from "../../../judge/decoy.ts";
import type { Observed } from "../../../model/run/observed.ts";
import type { DecoySent } from "../../../model/run/run.ts";
import type { Decoy } from "../../../plan/decoys.ts";
import { schedule, type ScheduledProbe, type ScheduleOptions } from "../../../schedule/schedule.ts";
import type { Prepared } from "../prepare.ts";

/** Only an open port says something, and the target has just shown how fast it answers: more than a second is not waited. */
const longestMs = 1_000;

type DecoyLimits = Omit<ScheduleOptions, "isSurprising" | "onObserved" | "confirmSpacingMs">;

/**
 * Asks a decoy port at the addresses of which no more than a handshake is known, after the run itself: at most one at
 * each address, whoever sends it (the first in the plan that has reason to), once, and none at an address whose services
 * gave their own answers. What could not be sent is no fact about the target and left out.
 */
export async function sendDecoys(
  { plan, decoys, isSparedFromDecoys }: Pick<Prepared, "plan" | "decoys" | "isSparedFromDecoys">,
  observed: ReadonlyMap<string, Observed>,
  { timeoutMs, ...limits }: DecoyLimits & { timeoutMs: number },
): Promise<DecoySent[]> {
  const needed = new Map<string, Decoy>();
  for (const probe of decoys.size === 0 ? [] : plan.probes) {
    const [decoy, seen] = [decoys.get(probe.id), observed.get(probe.id)];
    if (decoy === undefined || seen === undefined || !needsDecoy(probe, seen.observation)) continue;
    for (const answer of seen.observation.answers) {
      const { address } = answer;
      if (address === undefined || !isBareHandshake(answer) || isSparedFromDecoys(address)) continue;
      if (!needed.has(address)) needed.set(address, decoy);
    }
  }
  const tasks = [...needed].map(([address, { from, port }]): ScheduledProbe => {
    const probe = { kind: "tcp" as const, port };
    const task = { id: address, target: address, timeoutMs: Math.min(timeoutMs, longestMs), probe, careful: true };
    return { id: address, vantage: from, target: address, task, mayConfirm: false };
  });
  const answers = await schedule(tasks, { ...limits, confirmSpacingMs: 0, isSurprising: () => false });
  const sent: DecoySent[] = [];
  for (const [address, { from, to, port }] of needed) {
    const [answer] = answers.get(address)?.observation.answers ?? [];
    if (answer === undefined || answer.outcome.kind === "unsent") continue;
    sent.push({ from, to, address, port, outcome: answer.outcome.kind });
  }
  return sent;
}
