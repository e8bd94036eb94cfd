import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Observation, Outcome } from "../model/outcome.ts";
import type { Observe } from "../model/task.ts";
import type { Observed } from "../model/run/observed.ts";
import { type ScheduledProbe, type ScheduleOptions, schedule } from "./schedule.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const saw = (...outcomes: Outcome[]): Observation => ({
  answers: outcomes.map((outcome, index) => ({ address: `192.0.2.${index + 1}`, outcome, evidence: {} })),
});
const open: Outcome = { kind: "open", rttMs: 1 };
const refused: Outcome = { kind: "refused", rttMs: 1 };
const silent: Outcome = { kind: "silent", waitedMs: 3000 };
const unsent = (cause: "descriptors" | "source-ports" | "aborted" | "vantage"): Outcome => ({
  kind: "unsent",
  cause,
  detail: "",
});

const probe = (id: string, target = id, more: Partial<ScheduledProbe> = {}): ScheduledProbe => ({
  id,
  vantage: "here",
  target,
  task: { id, target, timeoutMs: 3000, probe: { kind: "tcp", port: 1 } },
  mayConfirm: true,
  ...more,
});
const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** What a probe of the script does: how long it takes, then what it saw. The last line repeats. */
type Script = Record<string, [afterMs: number, Observation][]>;
interface Start {
  id: string;
  at: number;
  target: string;
}

/** An Observe that follows a script and records starts, and how many were under way at most. */
function scripted(script: Script, otherwise: [number, Observation] = [10, saw(open)]) {
  const starts: Start[] = [];
  const running = new Map<string, number>();
  const most = new Map<string, number>();
  const count = (key: string, change: number) => {
    const value = (running.get(key) ?? 0) + change;
    running.set(key, value);
    most.set(key, Math.max(most.get(key) ?? 0, value));
  };
  const observe =
    (vantage: string): Observe =>
    (task, signal) =>
      new Promise((resolve) => {
        const turn = starts.filter(({ id }) => id === task.id).length;
        starts.push({ id: task.id, at: Math.round(performance.now() - startedAt), target: task.target });
        const lines = script[task.id] ?? [otherwise];
        const [afterMs, observation] = lines[Math.min(turn, lines.length - 1)] as [number, Observation];
        const keys = ["total", `${vantage}>${task.target}`];
        for (const key of keys) count(key, 1);
        const end = (value: Observation) => {
          clearTimeout(timer);
          signal.removeEventListener("abort", abort);
          for (const key of keys) count(key, -1);
          resolve(value);
        };
        const abort = () => end(saw(unsent("aborted")));
        const timer = setTimeout(() => end(observation), afterMs);
        signal.addEventListener("abort", abort);
      });
  const startedAt = performance.now();
  return { observe, starts, most };
}

/** Runs a schedule to its end on the fake clock; gives its map and how long it took. */
async function run(probes: ScheduledProbe[], options: Partial<ScheduleOptions> & Pick<ScheduleOptions, "observe">) {
  const startedAt = performance.now();
  const result = { seen: new Map<string, Observed>(), tookMs: 0, error: undefined as unknown };
  const done = schedule(probes, {
    isSurprising: (_id, { answers }) => answers.some(({ outcome }) => outcome.kind !== "open"),
    concurrency: 1000,
    perTarget: 3,
    perTargetGapMs: 0,
    confirmSpacingMs: 1000,
    signal: new AbortController().signal,
    ...options,
  }).then(
    (seen) => Object.assign(result, { seen, tookMs: Math.round(performance.now() - startedAt) }),
    (error: unknown) => Object.assign(result, { error }),
  );
  await vi.runAllTimersAsync();
  await done;
  return result;
}

const outcomeOf = (seen: Map<string, Observed>, id: string) => seen.get(id)?.observation.answers[0]?.outcome;

describe("limits", () => {
  it("never exceeds the limit per target nor the total, and reaches both", async () => {
    const probes = range(5).flatMap((target) => range(20).map((n) => probe(`${target}/${n}`, `host${target}`)));
    const { observe, most } = scripted({}, [50, saw(open)]);
    const { seen } = await run(probes, { observe, concurrency: 8, perTarget: 2 });
    expect(seen.size).toBe(100);
    expect(most.get("total")).toBe(8);
    expect([...most.entries()].filter(([key]) => key !== "total").map(([, value]) => value)).toEqual([2, 2, 2, 2, 2]);
  });

  it("counts per vantage point and target", async () => {
    const probes = ["a", "b"].flatMap((vantage) => range(6).map((n) => probe(`${vantage}${n}`, "host", { vantage })));
    const { observe, most } = scripted({}, [50, saw(open)]);
    await run(probes, { observe, perTarget: 2 });
    expect(most.get("a>host")).toBe(2);
    expect(most.get("b>host")).toBe(2);
    expect(most.get("total")).toBe(4);
  });

  it("leaves the gap between two starts to one target, from whatever vantage point, also when slots are scarce", async () => {
    const probes = range(4).flatMap((target) =>
      range(10).map((n) => probe(`${target}/${n}`, `host${target}`, { vantage: `v${n % 2}` })),
    );
    const { observe, starts } = scripted({}, [70, saw(open)]);
    await run(probes, { observe, concurrency: 3, perTarget: 2, perTargetGapMs: 25 });
    expect(starts).toHaveLength(40);
    for (const target of range(4).map((n) => `host${n}`)) {
      const times = starts.filter((start) => start.target === target).map(({ at }) => at);
      const gaps = times.slice(1).map((at, index) => at - (times[index] as number));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(25);
    }
  });

  it("asks a service that wants to be asked alone at one address after the other, whatever comes back", async () => {
    const probes = ["v4", "v6", "other"].map((id) => probe(id, id, id === "other" ? {} : { alone: "agent" }));
    const { observe, starts } = scripted({ v4: [[3000, saw(silent)]] }, [10, saw(open)]);
    const { seen } = await run(probes, { observe, isSurprising: () => false });
    expect(seen.size).toBe(3);
    expect(starts.map(({ id }) => id)).toEqual(["v4", "other", "v6"]);
    expect(starts[2]?.at).toBeGreaterThanOrEqual(3000);
  });

  it("counts what a prober has tried by itself", async () => {
    const twice: Observation = { answers: [{ outcome: silent, evidence: { tries: 2 } }] };
    const { observe, starts } = scripted(
      {
        again: [
          [10, twice],
          [10, twice],
        ],
      },
      [10, twice],
    );
    const { seen } = await run([probe("once"), probe("again")], { observe, isSurprising: (id) => id === "again" });
    expect([seen.get("once")?.attempts, seen.get("again")?.attempts]).toEqual([2, 4]);
    expect(starts).toHaveLength(3);
  });

  it("starts the targets in turn", async () => {
    const probes = ["a1", "a2", "a3", "b1", "b2", "c1"].map((id) => probe(id, id.slice(0, 1)));
    const { observe, starts } = scripted({});
    await run(probes, { observe, concurrency: 1 });
    expect(starts.map(({ id }) => id)).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
  });

  it("starts no more per second than the rate, from the first probe on", async () => {
    const { observe, starts } = scripted({});
    await run(
      range(30).map((n) => probe(`p${n}`)),
      { observe, ratePerSecond: 10 },
    );
    expect(starts.map(({ at }) => at)).toEqual(range(30).map((n) => n * 100));
  });

  it("a dead host delays no other, though it has more probes than there are slots", async () => {
    const dead = range(20).map((n) => probe(`dead${n}`, "dead"));
    const script = Object.fromEntries(dead.map(({ id }) => [id, [[3000, saw(silent)]]])) as Script;
    const { observe } = scripted(script);
    const finishedAt = new Map<string, number>();
    const startedAt = performance.now();
    await run([...dead, ...range(50).map((n) => probe(`live${n}`))], {
      observe,
      concurrency: 10,
      onObserved: (id) => finishedAt.set(id, performance.now() - startedAt),
    });
    // Seven slots are left for fifty probes of ten milliseconds each.
    expect(Math.max(...range(50).map((n) => finishedAt.get(`live${n}`) as number))).toBeLessThan(100);
  });

  it.each([
    ["a /24", range(40).map((n) => `192.0.2.${n}`)],
    ["a /64", range(40).map((n) => `2001:db8:0:1::${n.toString(16)}`)],
  ])("never exceeds the limit for %s, and reaches it; other networks and names do not count", async (_name, hosts) => {
    const others = ["198.51.100.1", "2001:db8:0:2::1", "127.0.0.1", "host"];
    const { observe, starts } = scripted({}, [50, saw(open)]);
    await run(
      [...hosts, ...others].map((target) => probe(target)),
      { observe, perNetwork: 10 },
    );
    const startedAt = (at: number) => starts.filter((start) => start.at === at).map(({ target }) => target);
    expect(startedAt(0).toSorted()).toEqual([...hosts.slice(0, 10), ...others].toSorted());
    expect(startedAt(150)).toHaveLength(10);
    expect(starts).toHaveLength(44);
  });

  it("a network that drops everything costs its patience, not the sum of all deadlines", async () => {
    const probes = range(100).map((n) => probe(`192.0.2.${n}`, `192.0.2.${n}`, { mayConfirm: false }));
    const { observe } = scripted({}, [3000, saw(silent)]);
    const { tookMs } = await run(probes, { observe, perNetwork: 10, perTargetPatienceMs: 100 });
    expect(tookMs).toBe(3900);
  });

  it.each([
    ["without patience one after the other", Infinity, 30_000],
    ["with patience about one deadline", 100, 3900],
  ])("twenty dropped ports of one host: %s", async (_name, perTargetPatienceMs, expectedMs) => {
    const probes = range(20).map((n) => probe(`p${n}`, "host", { mayConfirm: false }));
    const { observe } = scripted({}, [3000, saw(silent)]);
    const { tookMs } = await run(probes, { observe, perTarget: 2, perTargetPatienceMs });
    expect(tookMs).toBe(expectedMs);
  });

  it("what is likely silent begins first, so that the run ends with its last start and not a deadline later", async () => {
    const probes = range(3).flatMap((port) => range(200).map((host) => probe(`${host}/${port}`, `host${host}`)));
    const isSilent = ({ id }: ScheduledProbe) => Number(id.split("/")[0]) % 10 === 0;
    const script = Object.fromEntries(
      probes.filter(isSilent).map(({ id }) => [id, [[3_000, saw(silent)]] as Script[string]]),
    );
    const { observe, starts } = scripted(script);
    const limits = { ratePerSecond: 100, isSurprising: () => false };
    const { tookMs } = await run(probes, { observe, ...limits });
    expect(starts).toHaveLength(600);
    const lastSilent = Math.max(...starts.filter(({ id }) => id in script).map(({ at }) => at));
    expect(lastSilent).toBeLessThan(3_000);
    expect(tookMs).toBeLessThan(6_500);
    // Each probe once, whichever queue its target stood in.
    expect(new Set(starts.map(({ id }) => id)).size).toBe(600);
  });

  it("twin: without patience nobody is taken for silent, and the run ends a deadline later", async () => {
    const probes = range(3).flatMap((port) => range(200).map((host) => probe(`${host}/${port}`, `host${host}`)));
    const late = probes.filter(({ id }) => id.startsWith("190/"));
    const script = Object.fromEntries(late.map(({ id }) => [id, [[3_000, saw(silent)]] as Script[string]]));
    const { observe } = scripted(script);
    const limits = { ratePerSecond: 100, perTargetPatienceMs: Infinity, isSurprising: () => false };
    expect((await run(probes, { observe, ...limits })).tookMs).toBeGreaterThan(8_500);
  });

  it("patience does not let a dead host take the slots of the others", async () => {
    const probes = [
      ...range(20).map((n) => probe(`dead${n}`, "dead", { mayConfirm: false })),
      ...range(40).map((n) => probe(`live${n}`, `live${n % 4}`)),
    ];
    const script = Object.fromEntries(range(20).map((n) => [`dead${n}`, [[3000, saw(silent)]]])) as Script;
    const { observe, most } = scripted(script, [200, saw(open)]);
    await run(probes, { observe, concurrency: 10, perTarget: 2, perTargetPatienceMs: 100 });
    expect(most.get("here>dead")).toBe(6);
  });

  it("600 probes, 5 % of the hosts silent, take two deadlines", async () => {
    const probes = range(200).flatMap((host) => range(3).map((n) => probe(`${host}/${n}`, `host${host}`)));
    const script: Script = {};
    for (const { id } of probes.slice(0, 30)) script[id] = [[3000, saw(silent)]];
    const { observe } = scripted(script, [20, saw(open)]);
    const { tookMs, seen } = await run(probes, { observe, perTargetGapMs: 10 });
    expect(seen.size).toBe(600);
    expect(tookMs).toBeLessThanOrEqual(6200);
  });
});

describe("confirmation", () => {
  it.each<[string, Script[string], Partial<ScheduledProbe>, number[], Observed]>([
    ["none when nothing surprises", [[5, saw(open)]], {}, [0], { observation: saw(open), attempts: 1, earlier: [] }],
    [
      "none where it is not allowed",
      [[5, saw(refused)]],
      { mayConfirm: false },
      [0],
      { observation: saw(refused), attempts: 1, earlier: [] },
    ],
    [
      "a quick surprise waits for the spacing",
      [[5, saw(refused)]],
      {},
      [0, 1000],
      { observation: saw(refused), attempts: 2, earlier: [] },
    ],
    [
      "a slow one is confirmed at once",
      [[3000, saw(silent)]],
      {},
      [0, 3000],
      { observation: saw(silent), attempts: 2, earlier: [] },
    ],
    [
      "the second answer counts, the first is kept",
      [
        [3000, saw(silent)],
        [5, saw(open)],
      ],
      {},
      [0, 3000],
      { observation: saw(open), attempts: 2, earlier: [saw(silent)] },
    ],
    [
      "silence takes no answer back",
      [
        [5, saw(refused)],
        [3000, saw(silent)],
      ],
      {},
      [0, 1000],
      { observation: saw(refused), attempts: 2, earlier: [saw(silent)] },
    ],
    [
      "only one",
      [
        [5, saw(refused)],
        [5, saw(silent)],
        [5, saw(open)],
      ],
      {},
      [0, 1000],
      { observation: saw(refused), attempts: 2, earlier: [saw(silent)] },
    ],
  ])("%s", async (_name, lines, more, startTimes, expected) => {
    const { observe, starts } = scripted({ p: lines });
    const { seen } = await run([probe("p", "host", more)], { observe });
    expect(starts.map(({ at }) => at)).toEqual(startTimes);
    expect(seen.get("p")).toEqual(expected);
  });
});

describe("local failures", () => {
  it.each(["descriptors", "source-ports"] as const)("%s: pauses grow, then the truth is told", async (cause) => {
    const { observe, starts } = scripted({ p: [[5, saw(unsent(cause))]] });
    const { seen } = await run([probe("p")], { observe, isSurprising: () => false });
    expect(starts.map(({ at }) => at)).toEqual([0, 205, 810, 2615]);
    expect(seen.get("p")).toEqual({ observation: saw(unsent(cause)), attempts: 1, earlier: [] });
  });

  it("a failure that passes leaves no trace in the attempts", async () => {
    const { observe } = scripted({
      p: [
        [0, saw(unsent("descriptors"))],
        [5, saw(open)],
      ],
    });
    const { seen } = await run([probe("p")], { observe });
    expect(seen.get("p")).toEqual({ observation: saw(open), attempts: 1, earlier: [] });
  });

  it.each([
    [
      "is repeated where that is allowed",
      true,
      { observation: saw(open, refused), attempts: 2, earlier: [saw(open, unsent("descriptors"))] },
    ],
    [
      "is not repeated where it is not",
      false,
      { observation: saw(open, unsent("descriptors")), attempts: 1, earlier: [] },
    ],
  ])("an attempt that reached one of two addresses %s", async (_name, mayConfirm, expected) => {
    const { observe } = scripted({
      p: [
        [5, saw(open, unsent("descriptors"))],
        [5, saw(open, refused)],
      ],
    });
    const { seen } = await run([probe("p", "host", { mayConfirm })], { observe, isSurprising: () => false });
    expect(seen.get("p")).toEqual(expected);
  });

  it("halves the total limit, and says so", async () => {
    const script: Script = {
      first: [
        [5, saw(unsent("descriptors"))],
        [5, saw(open)],
      ],
    };
    const { observe, starts, most } = scripted(script, [100, saw(open)]);
    const onSlowed = vi.fn<(concurrency: number) => void>();
    await run([probe("first"), ...range(200).map((n) => probe(`p${n}`))], { observe, concurrency: 40, onSlowed });
    expect(most.get("total")).toBe(40);
    // The fake clock counts a turn of the event loop, in which 32 may start, as a millisecond.
    expect(starts.filter(({ at }) => at === 100 || at === 101)).toHaveLength(20);
    expect(onSlowed.mock.calls).toEqual([[20]]);
  });

  it.each<[string, (vantage: string) => Observe, RegExp]>([
    ["rejects", () => () => Promise.reject(new Error("boom")), /boom/],
    [
      "throws",
      () => () => {
        throw new Error("boom");
      },
      /boom/,
    ],
    ["never settles", () => () => new Promise(() => undefined), /did not return within 69000 ms/],
  ])("an Observe that %s becomes unsent, cause internal", async (_name, observe, detail) => {
    const { seen } = await run([probe("p")], { observe, isSurprising: () => false });
    expect(outcomeOf(seen, "p")).toEqual({ kind: "unsent", cause: "internal", detail: expect.stringMatching(detail) });
  });

  it("a vantage point that nobody knows is a bug of the caller, not a hang", async () => {
    const observe = () => {
      throw new Error("no such vantage");
    };
    expect((await run([probe("p")], { observe })).error).toEqual(new Error("no such vantage"));
  });
});

describe("abort", () => {
  const abortAfter = (ms: number) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), ms);
    return controller.signal;
  };

  it("keeps what was seen and leaves out what was running or waiting", async () => {
    const { observe, starts } = scripted({ slow: [[3000, saw(open)]] }, [50, saw(open)]);
    const probes = [probe("slow"), ...range(10).map((n) => probe(`p${n}`, "host"))];
    const { seen, tookMs } = await run(probes, { observe, perTarget: 1, signal: abortAfter(175) });
    expect([...seen.keys()]).toEqual(["p0", "p1", "p2"]);
    expect(starts).toHaveLength(5);
    expect(tookMs).toBe(175);
  });

  it("keeps a first attempt that waited for its confirmation", async () => {
    const { observe } = scripted({ p: [[5, saw(refused)]] });
    const { seen, tookMs } = await run([probe("p")], { observe, signal: abortAfter(500) });
    expect(seen.get("p")).toEqual({ observation: saw(refused), attempts: 1, earlier: [] });
    expect(tookMs).toBe(500);
  });

  it.each([
    ["by the rate", { ratePerSecond: 1 }],
    ["by the gap", { perTargetGapMs: 1000 }],
  ])("ends at once a probe that is held back %s", async (_name, limits) => {
    const { observe } = scripted({});
    const { seen, tookMs } = await run([probe("a", "host"), probe("b", "host")], {
      observe,
      signal: abortAfter(100),
      ...limits,
    });
    expect([...seen.keys()]).toEqual(["a"]);
    expect(tookMs).toBe(100);
  });

  it("leaves an Observe behind that does not listen", async () => {
    const observe = () => () => new Promise<Observation>(() => undefined);
    const { seen, tookMs } = await run([probe("p")], { observe, signal: abortAfter(100) });
    expect(seen.size).toBe(0);
    expect(tookMs).toBe(1100);
  });

  it("starts nothing if the run was aborted before", async () => {
    const { observe, starts } = scripted({});
    const { seen } = await run([probe("p")], { observe, signal: AbortSignal.abort() });
    expect(seen.size).toBe(0);
    expect(starts).toEqual([]);
  });
});

const narrow = {
  concurrency: 4,
  perTarget: 4,
  perTargetGapMs: 0,
  confirmSpacingMs: 1000,
  isSurprising: () => false,
};

it("probes of a vantage point that is not open yet take no turn from others, and start when it is", async () => {
  const { observe, starts, most } = scripted({});
  let openNow = () => {};
  let opening: Promise<void> | undefined = new Promise<void>((resolve) => (openNow = resolve));
  void opening.then(() => (opening = undefined));
  const late = range(50).map((n) => probe(`late${n}`, "192.0.2.9", { vantage: "late" }));
  const others = range(20).map((n) => probe(`here${n}`, "192.0.2.9"));
  const running = schedule([...late, ...others], {
    ...narrow,
    signal: new AbortController().signal,
    observe,
    whenOpen: (vantage) => (vantage === "late" ? opening : undefined),
  });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(starts.map(({ id }) => id)).toEqual(others.map(({ id }) => id));
  openNow();
  await vi.advanceTimersByTimeAsync(5_000);
  expect((await running).size).toBe(70);
  expect(most.get("total")).toBe(4);
});

it("an abort does not wait for a vantage point that is not open yet", async () => {
  const controller = new AbortController();
  const { observe } = scripted({});
  const running = schedule([probe("a", "192.0.2.9", { vantage: "never" })], {
    ...narrow,
    signal: controller.signal,
    observe,
    whenOpen: () => new Promise(() => undefined),
  });
  await vi.advanceTimersByTimeAsync(1_000);
  controller.abort();
  expect((await running).size).toBe(0);
});
