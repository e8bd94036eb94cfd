import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../../../test/cases/judge-case.ts";
import { judge } from "../../../judge/judge.ts";
import { watchReporters } from "../../../judge/reporters.ts";
import { probesOf } from "../../../judge/sender.ts";
import type { Observed } from "../../../model/run/observed.ts";
import type { Outcome } from "../../../model/outcome.ts";
import { phrase } from "../../../report/reasons/phrase.ts";
import { networkOf } from "../../../schedule/network-of.ts";
import type { ScheduledProbe } from "../../../schedule/schedule.ts";
import { askAtReporterPace } from "./ask-at-pace.ts";

const { prohibited, silent } = outcomes;
const fw = { reporter: "10.9.9.1", icmpCode: "3/13", codeSeen: true };

interface World {
  /** Addresses that the reporter told of, and those that were silent. */
  told: readonly string[];
  silent: readonly string[];
  /** Default the firewall; the address itself where it is `itself`. */
  reporter?: "itself";
  later?: Outcome;
  careful?: boolean;
  aborted?: boolean;
}

async function ask({ told, silent: quiet, reporter, later = prohibited, careful = false, aborted = false }: World) {
  const flows = [...told, ...quiet].map((address, at) => flow({ to: `host${at}`, address, port: 1_000 + at }));
  const plan = planOf(flows);
  const tasks = plan.probes.map((probe): ScheduledProbe => {
    const task = { id: probe.id, target: probe.target, timeoutMs: 60, probe: { kind: "tcp" as const, port: 1 } };
    return { id: probe.id, vantage: probe.from, target: probe.target, task, mayConfirm: !careful };
  });
  const error = (address: string) => (reporter === undefined ? fw : { ...fw, reporter: address });
  const seen = new Map<string, Observed>(
    flows.map(({ probe, address }, at) => [
      probe,
      observed([at < told.length ? answer(prohibited, error(address), address) : answer(silent, {}, address)]),
    ]),
  );
  const reporters = watchReporters(probesOf(plan.probes), networkOf);
  for (const [id, one] of seen) reporters.note(id, one);
  const asked: { target: string; at: number }[] = [];
  await askAtReporterPace(tasks, reporters.suspicions(), seen, {
    concurrency: 100,
    perTarget: 4,
    perTargetGapMs: 0,
    waitMs: 20,
    signal: aborted ? AbortSignal.abort() : new AbortController().signal,
    observe: () => (task) => {
      asked.push({ target: task.target, at: performance.now() });
      expect(task.careful).toBe(true);
      return Promise.resolve({ answers: [answer(later, later.kind === "silent" ? {} : fw, task.target)] });
    },
  });
  const judged = judge({ plan, observed: seen, stage: "live", senders: new Set(["web01"]), interrupted: false });
  const results = new Map(judged.map((one) => [one.address, phrase(one)]));
  return { asked: asked.map(({ target }) => target), times: asked.map(({ at }) => at), results };
}

const near = (count: number, first = 1) => Array.from({ length: count }, (_, at) => `10.0.0.${first + at}`);

describe("silence behind who sends many ICMP errors", () => {
  it("is asked again at its pace, for one deadline, and says what became of it", async () => {
    const { asked, times, results } = await ask({ told: near(5), silent: near(6, 100) });
    expect(asked).toEqual(near(4, 100)); // at 0, 20, 40 and 60 ms
    for (const [at, time] of times.entries()) expect(time - (times[at - 1] ?? -Infinity)).toBeGreaterThan(18);
    const pace = { reporter: "10.9.9.1", told: 5, silent: 6 };
    const first = results.get("10.0.0.100");
    expect(first).toMatchObject({ reason: "administratively-prohibited", attempts: 2 });
    expect(first?.evidence).toMatchObject({ askedAtReporterPace: { ...pace, outcome: "prohibited" } });
    expect(first?.advice).toContain("asked again at that pace it was answered");
    const last = results.get("10.0.0.105");
    expect(last).toMatchObject({ reason: "no-answer", attempts: 1, evidence: { askedAtReporterPace: pace } });
    expect(last?.advice).toContain("cannot be told: 10.9.9.1 sent ICMP errors for 5 probes");
    expect(results.get("10.0.0.1")?.evidence.askedAtReporterPace).toBeUndefined();
  });

  it("stays silence where it is silent again", async () => {
    const { results } = await ask({ told: near(5), silent: near(1, 100), later: silent });
    const result = results.get("10.0.0.100");
    expect(result).toMatchObject({ reason: "no-answer", attempts: 2 });
    expect(result?.advice).toContain("it was silent again");
  });

  it("is not asked where that could do harm, and says that it cannot be told", async () => {
    const { asked, results } = await ask({ told: near(5), silent: near(1, 100), careful: true });
    expect(asked).toEqual([]);
    expect(results.get("10.0.0.100")?.advice).toContain("cannot be told");
  });

  it.each<[string, World]>([
    ["few errors", { told: near(4), silent: near(3, 100) }],
    ["another network", { told: near(5), silent: ["10.0.1.1"] }],
    ["hosts that speak for themselves", { told: near(5), silent: near(3, 100), reporter: "itself" }],
    ["an interrupted run", { told: near(5), silent: near(3, 100), aborted: true }],
  ])("twin, nothing is asked: %s", async (_, world) => {
    const { asked, results } = await ask(world);
    expect(asked).toEqual([]);
    for (const { evidence } of results.values()) expect(evidence.askedAtReporterPace).toBeUndefined();
  });
});
