import { array, assert, boolean, constantFrom, nat, property, record, subarray, tuple, uniqueArray } from "fast-check";
import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../test/cases/judge-case.ts";
import type { Flow } from "../model/flow.ts";
import type { Judgement } from "../model/run/run.ts";
import { sortById } from "../model/order.ts";
import type { Observed } from "../model/run/observed.ts";
import { judge } from "./judge.ts";
import { startSettling } from "./settle.ts";

const ids = (judgements: readonly Judgement[]): string[] => judgements.map(({ id }) => id);
const nothing = { judgements: [], over: [] };
const saw = (kind: keyof typeof outcomes) => observed([answer(outcomes[kind])]);

describe("settle", () => {
  it("gives a flow as soon as its probe is done", () => {
    const one = flow();
    const { settle, unsendable } = startSettling({ plan: planOf([one]), stage: "live", senders: new Set(["web01"]) });
    expect(unsendable()).toEqual([]);
    expect(settle(one.probe, saw("refused"))).toMatchObject({
      judgements: [{ id: one.id, reason: "connection-refused" }],
      over: [one.probe],
    });
  });

  it("keeps alternatives until the last of them is done", () => {
    const [http, https] = [flow({ port: 80, alternative: "web" }), flow({ port: 443, alternative: "web" })];
    const { settle } = startSettling({ plan: planOf([http, https]), stage: "live", senders: new Set(["web01"]) });
    expect(settle(http.probe, saw("refused"))).toEqual(nothing);
    expect(settle(https.probe, saw("open"))).toMatchObject({
      judgements: [
        { id: https.id, verdict: "pass" },
        { id: http.id, reason: "alternative-satisfied", evidence: { satisfiedBy: https.id } },
      ],
      over: [http.probe, https.probe],
    });
  });

  it("does not wait for an alternative that nobody can send", () => {
    const [mine, theirs] = [flow({ port: 80, alternative: "web" }), flow({ from: "web02", alternative: "web" })];
    const settling = startSettling({ plan: planOf([mine, theirs]), stage: "live", senders: new Set(["web01"]) });
    expect(ids(settling.unsendable())).toEqual([theirs.id]);
    expect(ids(settling.settle(mine.probe, saw("open")).judgements)).toEqual([mine.id]);
  });

  it("leaves a bare handshake to the end of the run if a decoy may follow", () => {
    const one = flow();
    const asked = {
      plan: planOf([one]),
      stage: "live" as const,
      senders: new Set(["web01"]),
      decoys: new Set([one.probe]),
    };
    expect(startSettling(asked).settle(one.probe, saw("open"))).toEqual(nothing);
    expect(ids(startSettling(asked).settle(one.probe, saw("refused")).judgements)).toEqual([one.id]);
    const { settle } = startSettling({ ...asked, decoys: new Set() });
    expect(ids(settle(one.probe, saw("open")).judgements)).toEqual([one.id]);
  });

  it("leaves a group with a bare handshake to the end of the run if a decoy may follow", () => {
    const [http, https] = [flow({ port: 80, alternative: "web" }), flow({ port: 443, alternative: "web" })];
    const asked = { plan: planOf([http, https]), stage: "live" as const, senders: new Set(["web01"]) };
    const { settle } = startSettling({ ...asked, decoys: new Set([http.probe, https.probe]) });
    expect(settle(http.probe, saw("refused"))).toEqual(nothing);
    expect(settle(https.probe, saw("open"))).toEqual(nothing);
  });

  it("lets go of each observation, however many ports its target has", () => {
    const flows = Array.from({ length: 30 }, (_, at) => flow({ port: 1_000 + at }));
    const { settle } = startSettling({ plan: planOf(flows), stage: "live", senders: new Set(["web01"]) });
    const over = flows.flatMap(({ probe }, at) => settle(probe, saw(at % 2 === 0 ? "open" : "refused")).over);
    expect(over).toEqual(flows.map(({ probe }) => probe));
  });

  it("leaves what must be blocked to the end of the run", () => {
    const one = flow({ expect: "blocked" });
    const { settle } = startSettling({ plan: planOf([one]), stage: "live", senders: new Set(["web01"]) });
    expect(settle(one.probe, saw("silent"))).toEqual(nothing);
  });

  it("keeps an answer as long as it may be the control of what must be blocked", () => {
    const [ssh, web] = [flow({ port: 22, expect: "blocked" }), flow({ port: 443 })];
    const live = { stage: "live" as const, senders: new Set(["web01"]) };
    const { settle, rest } = startSettling({ plan: planOf([ssh, web]), ...live });
    expect(settle(web.probe, saw("open"))).toMatchObject({ judgements: [{ id: web.id }], over: [] });
    expect(rest()).toEqual([ssh]);
    expect(startSettling({ plan: planOf([web]), ...live }).settle(web.probe, saw("open")).over).toEqual([web.probe]);
  });
});

const anyFlow = record({
  from: constantFrom("web01", "web02", "web03"),
  port: constantFrom(80, 443, 8000),
  expect: constantFrom("open" as const, "blocked" as const),
  alternative: constantFrom(undefined, "a", "b"),
  requirement: constantFrom("r1", "r2"),
}).map(({ alternative, expect, ...rest }): Flow => {
  const one = flow({ ...rest, expect, ...(alternative === undefined ? {} : { alternative }) });
  return { ...one, id: `${one.id}/${expect}` };
});
const anyObserved = tuple(
  constantFrom(...(Object.keys(outcomes) as (keyof typeof outcomes)[])),
  boolean(),
  constantFrom(undefined, 62, 63, 64),
).map(([kind, twice, ttl]): Observed => {
  const last = answer(outcomes[kind], ttl === undefined ? {} : { ttl });
  return twice ? observed([last], [answer(outcomes.silent)]) : observed([last]);
});

it("says what the judgement of the whole run says, nothing twice, without what is over", () => {
  const holds = property(
    uniqueArray(anyFlow, { selector: ({ id }) => id, minLength: 1, maxLength: 12 }),
    array(anyObserved, { minLength: 12, maxLength: 12 }),
    subarray(["web01", "web02", "web03"]),
    nat(12),
    (flows, seen, from, stopAfter) => {
      const senders = new Set(from);
      const planned = planOf(sortById(flows)); // as plans are
      const plan = {
        ...planned,
        probes: planned.probes.filter(({ id }, at) => planned.probes.findIndex((one) => one.id === id) === at),
      };
      const sent = plan.probes.filter((probe) => senders.has(probe.from));
      const interrupted = stopAfter < sent.length;
      const all = new Map(sent.slice(0, stopAfter).map((probe, at) => [probe.id, seen[at] ?? saw("open")]));
      const { settle, unsendable, rest } = startSettling({ plan, stage: "live", senders });
      const early = unsendable();
      const kept = new Map(all);
      for (const [probe, what] of all) {
        const { judgements, over } = settle(probe, what);
        early.push(...judgements);
        for (const id of over) kept.delete(id);
      }
      const late = judge({ plan, observed: kept, stage: "live", senders, interrupted }, rest());
      const whole = judge({ plan, observed: all, stage: "live", senders, interrupted });
      expect(sortById([...early, ...late])).toEqual(whole);
    },
  );
  assert(holds, { numRuns: 300 });
});
