import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../../../test/cases/judge-case.ts";
import { judge } from "../../../judge/judge.ts";
import { openLastingOutcomes } from "../../../judge/limit.ts";
import type { Observed } from "../../../model/run/observed.ts";
import type { Outcome } from "../../../model/outcome.ts";
import type { Expectation } from "../../../model/verdict.ts";
import { phrase } from "../../../report/reasons/phrase.ts";
import type { ScheduledProbe } from "../../../schedule/schedule.ts";
import { askSlower } from "./ask-slower.ts";

const { open, refused, silent, prohibited } = outcomes;

interface World {
  /** What each port said, in the order in which they were asked. */
  first: readonly Outcome[];
  /** What it says when it is asked again. */
  later?: (port: number) => Outcome;
  /** Places in `first` that may be asked only once, or must be blocked. */
  careful?: readonly number[];
  blocked?: readonly number[];
  aborted?: boolean;
  /** Whether observations of what was answered are forgotten by then, as those are that a stream has written. */
  forgotten?: boolean;
}

async function ask({ first, later = () => open, careful = [], blocked = [], aborted = false, forgotten }: World) {
  const portAt = (at: number) => 1_000 + at;
  const expectAt = (at: number): Expectation => (blocked.includes(at) ? "blocked" : "open");
  const flows = first.map((_, at) => flow({ port: portAt(at), expect: expectAt(at) }));
  const plan = planOf(flows);
  const tasks = plan.probes.map((probe, at): ScheduledProbe => {
    const task = {
      id: probe.id,
      target: probe.target,
      timeoutMs: 50,
      probe: { kind: "tcp" as const, port: portAt(at) },
    };
    return { id: probe.id, vantage: probe.from, target: probe.target, task, mayConfirm: !careful.includes(at) };
  });
  const seen = new Map<string, Observed>(
    flows.map(({ probe }, at) => [probe, observed([answer(first[at] as Outcome)])] as const),
  );
  const lasting = openLastingOutcomes(plan);
  for (const [id, one] of forgotten === true ? seen : []) {
    if (one.observation.answers.some(({ outcome }) => outcome.kind === "silent")) continue;
    lasting.keep(id, one);
    seen.delete(id);
  }
  const asked: number[] = [];
  const said: string[] = [];
  let underWay = 0;
  let most = 0;
  await askSlower({ plan, tasks, lasting }, seen, {
    concurrency: 100,
    perTarget: 4,
    perTargetGapMs: 0,
    waitMs: 20,
    signal: aborted ? AbortSignal.abort() : new AbortController().signal,
    say: (line) => void said.push(line),
    observe: () => async (task) => {
      const port = task.probe.kind === "tcp" ? task.probe.port : 0;
      asked.push(port);
      most = Math.max(most, ++underWay);
      expect(task.careful).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 30));
      underWay -= 1;
      return { answers: [answer(later(port))] };
    },
  });
  const senders = new Set(["web01"]);
  const results = judge({ plan, observed: seen, stage: "live", senders, interrupted: false }).map((one) => phrase(one));
  return { asked, said, most, results };
}
const limited = [open, refused, open, open, silent, silent, silent];

describe("where the first new connections worked and the rest were silent", () => {
  it("one port is asked again, and where it answers the others, one at a time", async () => {
    const { asked, most, said, results } = await ask({ first: limited });
    expect(asked).toEqual([1_004, 1_005, 1_006]);
    expect(most).toBe(1);
    expect(said).toEqual([expect.stringContaining("the first 4 new connections were answered, the 3 after them")]);
    for (const result of results.slice(4)) {
      expect(result).toMatchObject({ verdict: "warn", reason: "answered-on-second-attempt", attempts: 2 });
      expect(result.evidence.askedSlower).toEqual({ outcome: "open", answered: 4, silent: 3 });
      expect(result.advice).toContain("Something limits new connections from web01");
    }
  });

  it("what was answered counts although it is forgotten by then", async () => {
    const { asked, said } = await ask({ first: limited, forgotten: true });
    expect(asked).toEqual([1_004, 1_005, 1_006]);
    expect(said).toEqual([expect.stringContaining("the first 4 new connections were answered, the 3 after them")]);
  });

  it("the others are left alone where it is silent again, and it says so", async () => {
    const { asked, results } = await ask({ first: limited, later: () => silent });
    expect(asked).toEqual([1_004]);
    expect(results[4]).toMatchObject({ verdict: "fail", reason: "no-answer", attempts: 2 });
    expect(results[4]?.evidence.askedSlower).toMatchObject({ outcome: "silent" });
    expect(results[4]?.advice).toContain("it was silent again");
    expect(results[5]?.evidence.askedSlower).toBeUndefined();
  });

  it("what answers now with a refusal is refused", async () => {
    const { results } = await ask({ first: limited, later: () => refused });
    expect(results[5]).toMatchObject({ reason: "connection-refused" });
    expect(results[5]?.advice).toContain("Something limits new connections");
  });

  it("a service that may be asked once only is not among them", async () => {
    const { asked } = await ask({ first: limited, careful: [4] });
    expect(asked).toEqual([1_005, 1_006]);
    expect((await ask({ first: limited, careful: [4, 5, 6] })).asked).toEqual([]);
  });

  it("no more than eight ports of one target are asked again", async () => {
    const { asked } = await ask({ first: [...limited, ...Array.from({ length: 9 }, () => silent)] });
    expect(asked).toHaveLength(8);
  });

  it("what could not be sent changes nothing", async () => {
    const { results } = await ask({ first: limited, later: () => outcomes.unsent });
    expect(results[4]).toMatchObject({ reason: "no-answer", attempts: 1 });
    expect(results[4]?.evidence.askedSlower).toBeUndefined();
  });
});

describe("nothing is asked again", () => {
  it.each<[string, World]>([
    ["where all answered", { first: [open, open, open, open, open, open, open] }],
    ["where few were silent", { first: [open, open, open, open, open, silent, silent] }],
    ["where few answered", { first: [open, open, open, silent, silent, silent, silent] }],
    ["where a later one answered", { first: [open, open, open, open, silent, silent, silent, open] }],
    ["where one was prohibited", { first: [open, open, open, open, silent, silent, prohibited] }],
    [
      "where one was prohibited, which is forgotten by then",
      { first: [open, open, open, open, silent, silent, prohibited], forgotten: true },
    ],
    ["where silence is wanted", { first: limited, blocked: [4, 5, 6] }],
    ["after an interruption", { first: limited, aborted: true }],
  ])("%s", async (_where, world) => {
    const { asked, said } = await ask(world);
    expect({ asked, said }).toEqual({ asked: [], said: [] });
  });
});
